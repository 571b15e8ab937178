import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { until } from '@/lib/ops/supervision/ready'
import { serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { startReplica } from '@/tests/harness/replica'
import { buildWorld, grantTask, type TestWorld } from '@/tests/harness/world'

const [USES, ASKS, PATIENCE_MS] = [10, 50, 30_000]

let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let replica: Awaited<ReturnType<typeof startReplica>>

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  replica = await startReplica(db, authority.issuer)
})
afterAll(async () => {
  await replica.stop()
  await authority.close()
  await db.dispose()
})

const WAITING = `select count(distinct application_name || client_port)::int as waiting from pg_stat_activity
  where wait_event_type = 'Lock' and (query like '%from trail_head%' or query like '%uses_left%')`

/** Nobody commits until both replicas are in the middle of a batch: each has looked, or waits to. */
async function heldUntilBothAreInside<T>(asks: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({ connectionString: db.url })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select id from trail_head where id = 1 for update')
    const answers = asks()
    await until(
      'both replicas to be inside',
      async () => (await pool().query<{ waiting: number }>(WAITING)).rows[0]?.waiting === 2,
      PATIENCE_MS,
    )
    await holder.query('commit')
    return await answers
  } finally {
    await holder.end()
  }
}

test('a grant gives exactly as many uses as it has, however many ask two replicas at once', async () => {
  const { grantId } = await grantTask(world)
  await database().grant.update({ where: { id: grantId }, data: { uses: USES, usesLeft: USES } })
  const askers = [authority.issuer, replica.url].map((url) =>
    makeAsker(world, authority.issuer, 'tickets', url),
  )
  const answers = await heldUntilBothAreInside(() =>
    Promise.all(
      Array.from({ length: ASKS }, (_, at) => askers[at % askers.length]?.send(aboutGrant(grantId))),
    ),
  )
  expect(answers.filter((answer) => answer?.decision)).toHaveLength(USES)
  expect(answers.filter((answer) => answer?.context?.reason === 'grant_spent')).toHaveLength(ASKS - USES)
  const { usesLeft } = await database().grant.findUniqueOrThrow({ where: { id: grantId } })
  const told = await database().trailEvent.count({
    where: { grantId, type: 'decision.asked', outcome: 'allowed' },
  })
  expect([usesLeft, told]).toEqual([0, USES])
})
