import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import type { TenantId } from '@/lib/domain/ids'
import { noteStoppedAgents, STILL_ASKING } from '@/lib/usecases/agents/note-stopped-agents'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { makeAgent, refusalOf, SECRET } from '@/tests/harness/authority'
import { addAgent, type ChildrenWorld, childrenWorld, post, spiffe } from '@/tests/harness/children'
import { addSomebody } from '@/tests/harness/stages'
import { detail } from '@/tests/harness/steps'
import { grantTask, SERVERS } from '@/tests/harness/world'

// A55, wherever it calls: refused, counted, alarmed.

let w: ChildrenWorld
beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET ??= SECRET
  w = await childrenWorld()
  await addSomebody(w.world.tenantId as TenantId, 'administrator', { roles: ['administrator'] })
})
beforeEach(async () => {
  await pool().query(`update lease set until = now() - interval '1 second' where name = 'stopped agents'`)
  await pool().query('update trail_cursor set next_leaf = (select next_leaf from trail_head)')
})
afterAll(() => w.dispose())

const headNow = async () => (await database().trailEvent.aggregate({ _max: { leaf: true } }))._max.leaf ?? 0n

async function traceSince(leaf: bigint) {
  const rows = await database().trailEvent.findMany({
    where: { leaf: { gt: leaf } },
    orderBy: { leaf: 'asc' },
  })
  return rows.map(({ type, agentId, requestId, entry }) => ({
    ...{ type, agentId, requestId, reason: JSON.parse(entry).data.reason },
  }))
}

const repeated = async <T>(one: () => Promise<T>) => {
  for (let time = 0; time < STILL_ASKING.times; time += 1) await one()
}
const persisted = async (agentId: string) =>
  (await database().trailEvent.findMany({ where: { type: 'agent.persisted', agentId } })).length
const suspend = (id: string, suspended: Date | null) =>
  database().agent.update({ where: { id }, data: { suspended, rev: { increment: 1 } } })

test('a suspended agent leaves an entry at each door, and is told of', async () => {
  const { triage, world } = w
  const { grantId, requestId } = await grantTask(world)
  const own = await triage.ownToken()
  await suspend(world.agents.triage, new Date())
  const from = await headNow()
  expect(await refusalOf(triage.ownToken())).toMatchObject({ status: 400, reason: 'actor_suspended' })
  const calls = ['GET /grants', `GET /grants/${grantId}/mandate`, `POST /grants/${grantId}/complete`]
  for (const call of calls) {
    const [method = '', path = ''] = call.split(' ')
    const answer = await triage.call(method, path, own)
    expect([answer.status, (await answer.json()).reason]).toEqual([403, 'actor_suspended'])
  }
  const entry = {
    type: 'agent.refused',
    agentId: world.agents.triage,
    requestId: null,
    reason: 'actor_suspended',
  }
  expect(await traceSince(from)).toEqual(Array(4).fill(entry))
  await repeated(() => triage.call('GET', '/grants', own))
  expect(await noteStoppedAgents()).toEqual({ noted: 1 })
  await noteNotices('test')
  const [notice] = await database().notice.findMany({ where: { kind: 'stopped' } })
  expect(notice).toMatchObject({
    ...{ requestId: null, says: 'An agent keeps asking though it was stopped. Every call was refused.' },
  })
  await suspend(world.agents.triage, null)
  await database().grant.update({ where: { id: grantId }, data: { state: 'revoked', ended: new Date() } })
  const then = await headNow()
  for (const call of calls.slice(1)) {
    const [method = '', path = ''] = call.split(' ')
    expect((await (await triage.call(method, path)).json()).reason).toBe('grant_revoked')
  }
  expect(await traceSince(then)).toEqual(Array(2).fill({ ...entry, requestId, reason: 'grant_revoked' }))
})

test('so does one whose identity was taken away, with its own token and with its mandate', async () => {
  const { stranger, world } = w
  const agentId = world.agents.stranger
  const { grantId, requestId } = await grantTask(world, { agent: 'stranger' })
  const [own, mandate] = [await stranger.ownToken(), await stranger.mandateOf(grantId)]
  await database().agentIdentity.deleteMany({ where: { agentId } })
  await database().agent.update({ where: { id: agentId }, data: { rev: { increment: 1 } } })
  const from = await headNow()
  const gone = { reason: 'actor_unknown' }
  expect(await refusalOf(stranger.call('GET', '/grants', own))).toMatchObject({ status: 401, ...gone })
  const exchange = () => refusalOf(stranger.exchange({ mandate, resource: SERVERS.tickets }))
  expect(await exchange()).toMatchObject({ status: 400, ...gone })
  expect(await traceSince(from)).toEqual([
    { type: 'agent.refused', agentId, requestId: null, ...gone },
    { type: 'credential.refused', agentId, requestId, ...gone },
  ])
  // Somebody else who is not registered either is not taken for it.
  const nobody = await makeAgent(world, w.issuer, { agent: 'nobody' })
  const before = await headNow()
  expect((await refusalOf(nobody.exchange({ mandate, resource: SERVERS.tickets }))).reason).toBe(
    'actor_unknown',
  )
  expect(await traceSince(before)).toEqual([])
  await repeated(exchange)
  expect(await noteStoppedAgents()).toEqual({ noted: 1 })
  expect(await persisted(agentId)).toBe(1)
})

test('so does one that goes on handing on a revoked grant, or asking for more under it', async () => {
  const agentId = await addAgent(w.world, 'reader')
  const reader = await makeAgent(w.world, w.issuer, { agent: 'reader' })
  const { grantId } = await grantTask(w.world, { scopes: ['read'] })
  await database().grant.update({ where: { id: grantId }, data: { agentId } })
  await database().grant.update({ where: { id: grantId }, data: { state: 'revoked', ended: new Date() } })
  const [read] = [detail('ticket:read', '/t/4712')]
  const child = { agent: spiffe('triage'), resources: [{ resource: SERVERS.tickets }] }
  const step = { authorization_details: [read], expires_in: 600, justification: 'The same case.' }
  for (let time = 0; time < STILL_ASKING.times / 2; time += 1) {
    const open = await post(reader, w.issuer, `/grants/${grantId}/children`, child)
    const more = await post(reader, w.issuer, `/grants/${grantId}/steps`, step)
    expect([open.reason, more.reason]).toEqual(['grant_revoked', 'grant_revoked'])
  }
  expect(await noteStoppedAgents()).toEqual({ noted: 1 })
  expect(await persisted(agentId)).toBe(1)
})
