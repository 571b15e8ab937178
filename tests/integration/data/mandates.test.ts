import { afterAll, beforeAll, expect, test } from 'vitest'
import { commit } from '@/lib/data/commit'
import { groupCommit } from '@/lib/data/commit-batch'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { endGrantRow, insertMandate } from '@/lib/data/write-grants'
import { done } from '@/lib/domain/result'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { buildWorld, grantTask, setup } from '@/tests/harness/world'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

test('a mandate whose grant was revoked between reading and writing is not issued', async () => {
  const world = await buildWorld()
  const { grantId } = await grantTask(world)
  const now = new Date()
  const end = { state: 'revoked', ended: now, endedBy: world.people.requester, endReason: null } as const
  await commit(setup, done(null), (tx) => endGrantRow(tx, grantId, end))
  const mandate = { id: newId('MandateId'), grantId, kid: 'k', toHuman: world.people.requester, issued: now }
  const parties = { requesterId: world.people.requester, agentId: world.agents.triage }
  const expires = new Date(now.getTime() + 60_000)
  const answer = await commit(setup, done(null), (tx) => insertMandate(tx, { ...mandate, expires }, parties))
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'changed_meanwhile' } })
  expect(await database().mandate.count({ where: { grantId } })).toBe(0)
})

test('a crowd at a database that cannot be reached is answered once, not head by head', async () => {
  const { connect } = pool()
  let tried = 0
  pool().connect = async () => {
    tried += 1
    throw new Error('connect ECONNREFUSED')
  }
  const ask = groupCommit<number, number>(async (_, asks) =>
    asks.map((answer) => ({ act: setup, answer, events: [] })),
  )
  const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => ask(n)))
  pool().connect = connect
  expect(answers.every(({ status }) => status === 'rejected')).toBe(true)
  // They leave together.
  expect(tried).toBe(1)
})
