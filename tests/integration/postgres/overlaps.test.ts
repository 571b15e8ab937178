import { afterAll, beforeAll, expect, test } from 'vitest'
import { commit } from '@/lib/data/commit'
import { database, pool } from '@/lib/data/database'
import { findIdentifiedAgent } from '@/lib/data/trust'
import { deleteTrustDomain, writeTrustChange } from '@/lib/data/write-trust'
import type { Actor } from '@/lib/domain/access'
import type { TrailEvent } from '@/lib/domain/events'
import type { AgentId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { addActor } from '@/tests/harness/administrators'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf } from '@/tests/harness/demo'
import { atMark } from '@/tests/harness/marks'
import { buildWorld, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'

let db: FreshDatabase
let world: TestWorld
let actor: Actor

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  actor = await addActor(world, 'Administrator')
})
afterAll(() => db.dispose())

const event = (name: string): TrailEvent => ({
  type: 'trust.removed',
  outcome: 'done',
  ...{ tenantId: world.tenantId, humanId: actor.personId, data: { name } },
})

/** Writes an identity as an activation does, without the lock on the tenant that the proposals of one tenant wait for. */
async function add(agentId: AgentId, workload: string) {
  const rev = (await findIdentifiedAgent(world.tenantId, agentId))?.rev ?? 0
  const change = {
    kind: 'identity.spiffe',
    agentId,
    trustDomain: TRUST_DOMAIN,
    workload,
    environment: null,
    byDomain: false,
  } as const
  const effect = { of: '', before: '', after: '', falls: [], rev }
  const agreed = { tenantId: world.tenantId, effect, by: actor.personId, now: new Date() }
  return commit(actOf(actor), done(null, event(workload)), (tx) => writeTrustChange(tx, change, agreed))
}

const somebodyWaits = async () =>
  (
    await pool().query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).rows.length > 0

/** Begins one act when another has written and not committed: it waits, or it is over. */
async function during<T>(first: () => Promise<unknown>, second: () => Promise<T>) {
  const held = { second: null as Promise<T> | null }
  atMark('state', async () => {
    let over = false
    held.second = second().finally(() => {
      over = true
    })
    await expect.poll(async () => over || (await somebodyWaits()), { timeout: 20_000 }).toBe(true)
  })
  return { first: await first(), second: await held.second }
}

test('of two identities that overlap, the second waits for the first and sees it', async () => {
  const { triage, stranger } = world.agents
  for (const [one, two] of [
    ['wide/', 'wide/one'],
    ['deep/one/', 'deep/'],
  ] as const) {
    const answers = await during(
      () => add(triage, one),
      () => add(stranger, two),
    )
    expect(answers).toMatchObject({
      first: { ok: true },
      second: { ok: false, refusal: { code: 'identity_overlaps' } },
    })
  }
})

test('what is added while its trust domain is removed is not left behind', async () => {
  const { stranger } = world.agents
  const { name, version } = await database().trustDomain.findUniqueOrThrow({ where: { name: TRUST_DOMAIN } })
  const remove = () =>
    commit(actOf(actor), done(null, event(name)), (tx) => deleteTrustDomain(tx, { name, version }))
  // The removal has looked who is known in the domain, and nobody else is held by it.
  await database().agentIdentity.deleteMany({ where: { agentId: stranger } })
  const adding = await during(
    () => add(stranger, 'late'),
    () => remove(),
  )
  expect(adding).toMatchObject({
    first: { ok: true },
    second: { ok: false, refusal: { code: 'changed_meanwhile' } },
  })
  const removing = await during(
    () => remove(),
    () => add(stranger, 'later'),
  )
  expect(removing).toMatchObject({ first: { ok: true }, second: { ok: false } })
  expect(await database().agentIdentity.count()).toBe(0)
})
