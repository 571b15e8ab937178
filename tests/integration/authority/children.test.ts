import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listChains } from '@/lib/data/agent-chains'
import { database } from '@/lib/data/database'
import { GrantId } from '@/lib/domain/ids'
import { makeAgent, refusalOf } from '@/tests/harness/authority'
import {
  ASK,
  addAgent,
  type ChildrenWorld,
  childrenWorld,
  claimsOf,
  eventsOf,
  leftOf,
  spiffe,
  tokenOf,
} from '@/tests/harness/children'
import { aboutGrant } from '@/tests/harness/evaluations'
import { grantTask, SERVERS } from '@/tests/harness/world'

let s: ChildrenWorld
beforeAll(async () => {
  s = await childrenWorld()
})
afterAll(() => s.dispose())

const cap = (id: string, uses: number) =>
  database().grant.update({ where: { id }, data: { uses, usesLeft: uses } })
describe('a child grant', () => {
  test('is opened below its parent, for the agent it names, with a mandate of its own', async () => {
    const { grantId, requestId } = await grantTask(s.world, { scopes: ['read', 'other', 'comment'] })
    const resources = [{ resource: SERVERS.tickets, scope: 'ticket:read' }]
    const child = await s.open(grantId, { ...ASK, resources })
    expect(child).toMatchObject({
      ...{ status: 200, parent: grantId, agent: spiffe('stranger'), state: 'live', depth: 0 },
      resources: [{ resource: SERVERS.tickets, scope: 'ticket:read' }],
    })
    expect(child.id.startsWith(grantId)).toBe(true)
    const listed = (await (await s.stranger.call('GET', '/grants')).json()).grants
    expect(listed.find(({ id }: { id: string }) => id === child.id)).toMatchObject({
      parent: grantId,
      depth: 0,
    })

    const token = await tokenOf(s.stranger, child.id)
    expect(claimsOf(token)).toMatchObject({
      ...{ sub: s.world.people.requester, client_id: spiffe('stranger'), grant_id: child.id },
      act: { sub: spiffe('stranger'), act: { sub: spiffe('triage') } },
    })
    expect(claimsOf(token).scope).toBe('ticket:read')
    expect(await s.isActive(token)).toBe(true)

    expect(await eventsOf(grantId)).toContainEqual({
      type: 'grant.handed_on',
      data: expect.objectContaining({
        child: child.id,
        childRequest: child.request,
        to: s.world.agents.stranger,
      }),
    })
    expect((await eventsOf(child.id))[0]).toEqual({
      type: 'grant.opened',
      data: expect.objectContaining({ parent: grantId, parentRequest: requestId }),
    })
  })

  test('nobody but the agent of the grant opens one, and nobody but the sub-agent uses it', async () => {
    const { grantId } = await grantTask(s.world)
    expect(await s.open(grantId, { ...ASK, agent: spiffe('triage') }, s.stranger)).toMatchObject({
      ...{ status: 404, reason: 'grant_unknown' },
    })
    const child = await s.open(grantId)
    const mandate = await s.stranger.mandateOf(child.id)
    expect(await refusalOf(s.triage.exchange({ mandate, resource: SERVERS.tickets }))).toMatchObject({
      reason: 'actor_mismatch',
    })
    expect((await s.triage.call('GET', `/grants/${child.id}/mandate`)).status).toBe(404)
  })

  test('is not opened from anywhere but where the grant was approved for', async () => {
    const { grantId } = await grantTask(s.world)
    await cap(grantId, 2)
    const laptop = await makeAgent(s.world, s.issuer, { environment: 'laptop' })
    const said = await s.open(grantId, { ...ASK, uses: 2 }, laptop)
    expect(said).toMatchObject({ status: 400, reason: 'environment_mismatch' })
    expect(said.policies).toContain('environment-as-approved')
    expect([
      await leftOf(grantId),
      await database().childGrant.count({ where: { parentId: grantId } }),
    ]).toEqual([...[2, 0]])
    expect(await eventsOf(grantId)).toEqual([
      { type: 'grant.not_handed_on', data: expect.objectContaining({ reason: 'environment_mismatch' }) },
    ])
  })

  test.each<[string, object, string]>([
    [
      'a scope beyond the grant',
      { resources: [{ resource: SERVERS.tickets, scope: 'ticket:comment' }] },
      'scope_not_granted',
    ],
    ['another resource server', { resources: [{ resource: SERVERS.vault }] }, 'target_unknown'],
    ['more time than is left', { expires_in: 3600 }, 'child_beyond'],
    ['as much depth as the grant has', { depth: 3 }, 'child_too_deep'],
    ['the agent itself', { agent: spiffe('triage') }, 'child_agent_above'],
    ['an agent nobody knows', { agent: spiffe('nobody') }, 'child_agent_unknown'],
    ['an agent in another environment', { agent: spiffe('stranger', 'production') }, 'child_agent_unknown'],
    ['a member nobody knows', { more: true }, 'request_malformed'],
    ['no time', { expires_in: 0 }, 'request_malformed'],
    ['no resources', { resources: [] }, 'request_malformed'],
  ])('refuses %s', async (_, changed, reason) => {
    const { grantId } = await grantTask(s.world)
    const said = await s.open(grantId, { ...ASK, ...changed })
    expect(said).toMatchObject({ reason })
    expect(said.status).toBeGreaterThanOrEqual(400)
    expect(await database().childGrant.count({ where: { parentId: grantId } })).toBe(0)
    if (reason !== 'request_malformed')
      expect(await eventsOf(grantId)).toEqual([
        { type: 'grant.not_handed_on', data: expect.objectContaining({ reason }) },
      ])
  })

  test('is asked with no approvals: what people had to sign for is not handed on', async () => {
    const { grantId } = await grantTask(s.world, { scopes: ['read', 'secret'], signed: ['approver'] })
    const resources = [{ resource: SERVERS.vault }]
    const said = await s.open(grantId, { ...ASK, resources })
    expect(said).toMatchObject({
      status: 400,
      reason: 'policy_refused',
      policies: ['secret-read-needs-security'],
    })
    expect(said.error_description).toBe('Reading a secret needs one signature from Security.')
    const [event] = await eventsOf(grantId)
    expect(event?.data.scopes).toHaveLength(1)
    expect((await s.open(grantId)).status).toBe(200)
  })

  test('goes to no agent that is suspended, or that a signer of the request owns', async () => {
    await addAgent(s.world, 'asleep', { suspended: new Date() })
    await addAgent(s.world, 'of-a-signer', { owners: [s.world.people.approver] })
    const { grantId } = await grantTask(s.world, { signed: ['approver'] })
    const reasons = ['asleep', 'of-a-signer'].map(
      async (slug) => (await s.open(grantId, { ...ASK, agent: spiffe(slug) })).reason,
    )
    expect(await Promise.all(reasons)).toEqual(['child_agent_unknown', 'child_agent_owner'])
  })

  test('goes to no agent where policy does not let it run', async () => {
    await addAgent(s.world, 'elsewhere', { environments: ['production'] })
    const { grantId } = await grantTask(s.world)
    expect(await s.open(grantId, { ...ASK, agent: spiffe('elsewhere') })).toMatchObject({
      ...{ reason: 'policy_refused', policies: ['environment-of-the-agent'] },
    })
  })
})

describe('the chain of an agent', () => {
  test('names those above it and down each live grant below, and nobody of one that ended', async () => {
    await addAgent(s.world, 'reader')
    const [triage, stranger, reader] = [
      { id: s.world.agents.triage, slug: 'triage' },
      { id: s.world.agents.stranger, slug: 'stranger' },
      { id: expect.any(String), slug: 'reader' },
    ]
    const { grantId } = await grantTask(s.world)
    const child = await s.open(grantId, { ...ASK, depth: 1 })
    const ask = { ...ASK, agent: spiffe('reader'), expires_in: 300 }
    const deepest = await s.open(child.id, ask, s.stranger)
    const ids = [grantId, child.id, deepest.id].map((id) => GrantId.parse(id))
    const chains = async () => {
      const of = await listChains(ids, new Date())
      return ids.map(of)
    }
    expect(await chains()).toEqual([
      { above: [], below: expect.toSatisfy((all: unknown[]) => all.length === 2) },
      { above: [triage], below: [[reader]] },
      { above: [triage, stranger], below: [] },
    ])
    expect((await chains())[0]?.below).toEqual(expect.arrayContaining([[stranger], [stranger, reader]]))
    await database().grant.update({
      where: { id: deepest.id },
      data: { state: 'completed', ended: new Date() },
    })
    expect((await chains()).map(({ below }) => below.length)).toEqual([1, 0, 0])
  })
})

describe('uses', () => {
  test('are spent from the parent when they are handed on', async () => {
    const { grantId } = await grantTask(s.world)
    await cap(grantId, 3)
    expect(await s.open(grantId)).toMatchObject({ reason: 'child_beyond' })
    expect(await s.open(grantId, { ...ASK, uses: 4 })).toMatchObject({ reason: 'child_beyond' })
    const child = await s.open(grantId, { ...ASK, uses: 2 })
    expect(child).toMatchObject({ uses: 2, uses_left: 2 })
    expect(await leftOf(grantId)).toBe(1)
    const told = await s.tickets.send(aboutGrant(child.id))
    expect(told).toMatchObject({ decision: true, context: { uses_left: 1 } })
    expect([await leftOf(grantId), await leftOf(child.id)]).toEqual([1, 1])
    expect(await s.open(grantId, { ...ASK, uses: 2 })).toMatchObject({ reason: 'child_beyond' })
  })

  test('two that ask at once never get more than there are', async () => {
    const { grantId } = await grantTask(s.world)
    await cap(grantId, 3)
    const said = await Promise.all([1, 2, 3].map(() => s.open(grantId, { ...ASK, uses: 2 })))
    expect(said.map(({ status }) => status).sort()).toEqual([200, 400, 400])
    expect(await leftOf(grantId)).toBe(1)
  })
})

describe('a child of a child', () => {
  test('nests who handed it on, spends all above it, and goes only as deep as was given', async () => {
    await addAgent(s.world, 'third')
    const third = await makeAgent(s.world, s.issuer, { agent: 'third' })
    const { grantId } = await grantTask(s.world)
    await cap(grantId, 5)
    const child = await s.open(grantId, { ...ASK, uses: 3, depth: 1 })
    const ask = { ...ASK, agent: spiffe('third'), uses: 2, expires_in: 300 }
    expect(await s.open(child.id, { ...ask, agent: spiffe('triage') }, s.stranger)).toMatchObject({
      reason: 'child_agent_above',
    })
    expect(await s.open(child.id, { ...ask, depth: 1 }, s.stranger)).toMatchObject({
      reason: 'child_too_deep',
    })
    expect(await s.open(child.id, { ...ask, expires_in: 601 }, s.stranger)).toMatchObject({
      reason: 'child_beyond',
    })
    const deepest = await s.open(child.id, ask, s.stranger)
    expect(deepest).toMatchObject({ status: 200, parent: child.id, depth: 0 })
    expect(await Promise.all([grantId, child.id, deepest.id].map(leftOf))).toEqual([2, 1, 2])
    expect(claimsOf(await tokenOf(third, deepest.id)).act).toEqual({
      ...{ sub: spiffe('third'), sub_profile: 'ai_agent' },
      act: {
        ...{ sub: spiffe('stranger'), sub_profile: 'ai_agent' },
        act: { sub: spiffe('triage'), sub_profile: 'ai_agent' },
      },
    })
    await addAgent(s.world, 'fourth')
    const fourth = { ...ask, uses: 1, agent: spiffe('fourth') }
    expect(await s.open(deepest.id, fourth, third)).toMatchObject({ reason: 'child_too_deep' })
  })
})

test('no more than 32 are opened below one request', async () => {
  const { grantId } = await grantTask(s.world)
  for (let n = 0; n < 32; n += 1) expect((await s.open(grantId)).status).toBe(200)
  expect(await s.open(grantId)).toMatchObject({ reason: 'child_too_many' })
})
