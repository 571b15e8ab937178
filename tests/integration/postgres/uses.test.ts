import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { commit } from '@/lib/data/commit'
import { database, pool } from '@/lib/data/database'
import { endGrantRow } from '@/lib/data/write-grants'
import { done } from '@/lib/domain/result'
import { until } from '@/lib/ops/supervision/ready'
import { makeAgent, serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { startReplica } from '@/tests/harness/replica'
import { buildWorld, grantTask, SERVERS, setup, type TestWorld } from '@/tests/harness/world'

const [USES, ASKS, PATIENCE_MS] = [10, 50, 30_000]
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

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
  where datname = current_database() and wait_event_type = 'Lock' and (query like '%trust_rev%' or query like '%uses_left%')`

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
      async () => ((await pool().query<{ waiting: number }>(WAITING)).rows[0]?.waiting ?? 0) >= 2,
      PATIENCE_MS,
    )
    await holder.query('commit')
    return await answers
  } finally {
    await holder.end()
  }
}

// The trail gives every event its place in the transaction that writes it, so its order is the order of commits.
const LATE = `select 1 from trail_event r join trail_event a on a.grant_id = r.grant_id and a.leaf > r.leaf
  where r.type = 'grant.revoked' and a.type = 'decision.asked' and a.outcome = 'allowed'`

// Other tests use databases of the same server at the same time.
const WAITS = `select 1 from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like $1`
const waits = async (what: string) => (await pool().query(WAITS, [`%${what}%`])).rowCount === 1

test('A18: a revocation amidst an answer comes before it or after it, never between what was looked at and what is told', async () => {
  const agent = await makeAgent(world, authority.issuer)
  const { grantId, requestId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const question = { ...aboutGrant(grantId), subject: { type: 'access_token', id: access_token } }
  // Whoever waits for it has judged already, and holds nothing that a revocation waits for.
  const holder = new pg.Client({ connectionString: db.url })
  await holder.connect()
  await holder.query('begin')
  await holder.query('select id from credential where grant_id = $1 for update', [grantId])
  const asked = makeAsker(world, authority.issuer, 'tickets').send(question)
  await until('the ask', () => waits('append_unmoved'), PATIENCE_MS)
  const event = { type: 'grant.revoked', outcome: 'done', grantId, requestId } as const
  const end = { state: 'revoked', ended: new Date(), endedBy: 'somebody', endReason: null } as const
  let isRevoked = false
  const revoked = commit(setup, done(null, event), (tx) => endGrantRow(tx, grantId, end)).then(() => {
    isRevoked = true
  })
  await until('the revocation', async () => isRevoked, PATIENCE_MS)
  await holder.query('commit')
  await holder.end()
  const [answer] = await Promise.all([asked, revoked])
  expect(answer).toMatchObject({ decision: false, context: { reason: 'grant_revoked' } })
  expect((await pool().query(LATE)).rows).toEqual([])
})

test('a grant gives exactly as many uses as it has, however many ask two replicas at once', async () => {
  const { grantId } = await grantTask(world, { uses: USES })
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
