import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { takeLease } from '@/lib/data/leases'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type DemoPeople, demoWorld } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

const LONG_AGO = new Date('2026-01-01T00:00:00Z')

test('what ran out is written down once, whoever sweeps', async () => {
  const requester = await demo.actor('requester')
  const waiting = await demo.file('resolve-a-refund-ticket', requester)
  const live = await demo.file('summarise-a-ticket', requester)
  await database().request.update({ where: { id: waiting }, data: { answerBy: LONG_AGO } })
  await database().grant.updateMany({ where: { requestId: live }, data: { expires: LONG_AGO } })
  const sweeps = await Promise.all([noteExpiries('one'), noteExpiries('two'), noteExpiries('three')])
  expect(sweeps.reduce((sum, { noted }) => sum + noted, 0)).toBe(2)
  await noteExpiries('one')
  const { rows } = await pool().query(
    `select type, request_id from trail_event where type in ('grant.expired', 'request.lapsed') order by type`,
  )
  expect(rows).toEqual([
    { type: 'grant.expired', request_id: live },
    { type: 'request.lapsed', request_id: waiting },
  ])
})

test('a lease belongs to one holder until its time is over, and a new holder gets a higher fence', async () => {
  expect(await takeLease('a', 'one', 60)).toBe(1)
  expect(await takeLease('a', 'two', 60)).toBeNull()
  expect(await takeLease('a', 'one', 60)).toBe(1)
  await pool().query(`update lease set until = now() - interval '1 second' where name = 'a'`)
  expect(await takeLease('a', 'two', 60)).toBe(2)
  expect(await takeLease('a', 'one', 60)).toBeNull()
})
