import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import type { TenantId } from '@/lib/domain/ids'
import { noteStoppedAgents, STILL_ASKING } from '@/lib/usecases/agents/note-stopped-agents'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import {
  makeAgent,
  refusalOf,
  SECRET,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { addSomebody } from '@/tests/harness/stages'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// A55: refused, counted, alarmed.

let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let agent: TestAgent
let administrator: string

beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET ??= SECRET
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  agent = await makeAgent(world, authority.issuer)
  const tenantId = world.tenantId as TenantId
  administrator = (await addSomebody(tenantId, 'administrator', { roles: ['administrator'] })).personId
})
// The next look is due, and nobody was told yet.
beforeEach(async () => {
  await due()
  await pool().query(`update trail_cursor set next_leaf = (select next_leaf from trail_head)`)
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
})

const due = () =>
  pool().query(`update lease set until = now() - interval '1 second' where name = 'stopped agents'`)
const persisted = () => database().trailEvent.findMany({ where: { type: 'agent.persisted' } })

async function askInVain(mandate: string, reason: string, times: number) {
  const asks = Array.from({ length: times }, () =>
    refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets })),
  )
  for (const said of await Promise.all(asks)) expect(said.reason).toBe(reason)
}

async function told() {
  await noteNotices('test')
  const rows = await database().notice.findMany({ where: { kind: 'stopped' } })
  return rows.map(({ personId, says }) => ({ personId, says }))
}

test('an agent with a revoked grant that keeps asking is refused each time, counted, and told of once', async () => {
  const { grantId, requestId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  await database().grant.update({ where: { id: grantId }, data: { state: 'revoked', ended: new Date() } })
  await askInVain(mandate, 'grant_revoked', STILL_ASKING.times - 1)
  expect(await noteStoppedAgents()).toEqual({ noted: 0 })
  await due()
  await askInVain(mandate, 'grant_revoked', 3)
  expect(await noteStoppedAgents()).toEqual({ noted: 1 })
  const [entry] = await persisted()
  expect(entry).toMatchObject({ outcome: 'refused', agentId: world.agents.triage, requestId })
  expect(JSON.parse(entry?.entry ?? '').data).toEqual({ refused: 12, seconds: 600 })
  const says = 'triage keeps asking though it was stopped. Every call was refused.'
  const people = [administrator, world.people.owner].sort()
  expect((await told()).sort((a, b) => a.personId.localeCompare(b.personId))).toEqual(
    people.map((personId) => ({ personId, says })),
  )
  // Not due yet, and within the hour nothing is said twice.
  expect(await noteStoppedAgents()).toEqual({ noted: 0 })
  await askInVain(mandate, 'grant_revoked', STILL_ASKING.times)
  await due()
  expect(await noteStoppedAgents()).toEqual({ noted: 0 })
  expect(await persisted()).toHaveLength(1)
})

test('so is one that is suspended; one that is refused for another reason is not', async () => {
  const stranger = await makeAgent(world, authority.issuer, { agent: 'stranger' })
  const { grantId } = await grantTask(world, { agent: 'stranger' })
  const mandate = await stranger.mandateOf(grantId)
  const ask = () => refusalOf(stranger.exchange({ mandate, resource: SERVERS.vault }))
  for (let time = 0; time < STILL_ASKING.times; time += 1) expect((await ask()).reason).toBe('target_unknown')
  expect(await noteStoppedAgents()).toEqual({ noted: 0 })
  await due()
  await database().agent.update({
    where: { id: world.agents.stranger },
    data: { suspended: new Date(), rev: { increment: 1 } },
  })
  for (let time = 0; time < STILL_ASKING.times; time += 1)
    expect((await ask()).reason).toBe('actor_suspended')
  const looks = await Promise.all([noteStoppedAgents(), noteStoppedAgents()])
  expect(looks.map(({ noted }) => noted).sort()).toEqual([0, 1])
  expect((await persisted()).map(({ agentId }) => agentId)).toContain(world.agents.stranger)
})
