import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Actor } from '@/lib/domain/access'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import {
  introspect,
  makeAgent,
  refusalOf,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { addAgent, handOn, TICKETS } from '@/tests/harness/children'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, yes } from '@/tests/harness/demo'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { buildWorld, grantTask, SERVERS, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'

let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let triage: TestAgent
let stranger: TestAgent
let tickets: ReturnType<typeof makeAsker>

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  triage = await makeAgent(world, authority.issuer)
  stranger = await makeAgent(world, authority.issuer, { agent: 'stranger' })
  tickets = makeAsker(world, authority.issuer, 'tickets')
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
})

const spiffe = (slug: string, environment = 'staging') =>
  `spiffe://${TRUST_DOMAIN}/env/${environment}/agent/${slug}`
const ASK = { agent: spiffe('stranger'), resources: TICKETS, expires_in: 600 }
const open = (grantId: string, ask: unknown = ASK, agent = triage) =>
  handOn(agent, authority.issuer, grantId, ask)

const requester = (): Actor => ({
  ...{ personId: world.people.requester, name: 'requester', issuer: 'https://idp.example' },
  ...{ subject: 'requester', signInId: newId('SignInId'), signedInAt: new Date() },
  ...{ tenantId: world.tenantId, tenantName: 'Acme', roles: ['requester'], groups: [] },
})

const cap = (id: string, uses: number) =>
  database().grant.update({ where: { id }, data: { uses, usesLeft: uses } })
const leftOf = async (id: string) => (await database().grant.findUniqueOrThrow({ where: { id } })).usesLeft
const stateOf = async (id: string) => (await database().grant.findUniqueOrThrow({ where: { id } })).state

const tokenOf = async (agent: TestAgent, grantId: string) =>
  (await agent.exchange({ mandate: await agent.mandateOf(grantId), resource: SERVERS.tickets })).access_token
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
const isActive = async (token: string) =>
  (await introspect(world, authority.issuer, { as: 'tickets', identifier: SERVERS.tickets, token })).active

const eventsOf = async (grantId: string) =>
  (
    await pool().query('select type, entry from trail_event where grant_id = $1 order by leaf', [grantId])
  ).rows.map(({ type, entry }) => ({ type: String(type), data: JSON.parse(entry).data }))

describe('a child grant', () => {
  test('is opened below its parent, for the agent it names, with a mandate of its own', async () => {
    const { grantId, requestId } = await grantTask(world, { scopes: ['read', 'other', 'comment'] })
    const resources = [{ resource: SERVERS.tickets, scope: 'ticket:read' }]
    const child = await open(grantId, { ...ASK, resources })
    expect(child).toMatchObject({
      ...{ status: 200, parent: grantId, agent: spiffe('stranger'), state: 'live', depth: 0 },
      resources: [{ resource: SERVERS.tickets, scope: 'ticket:read' }],
    })
    expect(child.id.startsWith(grantId)).toBe(true)
    const listed = (await (await stranger.call('GET', '/grants')).json()).grants
    expect(listed.find(({ id }: { id: string }) => id === child.id)).toMatchObject({
      parent: grantId,
      depth: 0,
    })

    const token = await tokenOf(stranger, child.id)
    expect(claimsOf(token)).toMatchObject({
      ...{ sub: world.people.requester, client_id: spiffe('stranger'), grant_id: child.id },
      act: { sub: spiffe('stranger'), act: { sub: spiffe('triage') } },
    })
    expect(claimsOf(token).scope).toBe('ticket:read')
    expect(await isActive(token)).toBe(true)

    expect(await eventsOf(grantId)).toContainEqual({
      type: 'grant.handed_on',
      data: expect.objectContaining({
        child: child.id,
        childRequest: child.request,
        to: world.agents.stranger,
      }),
    })
    expect((await eventsOf(child.id))[0]).toEqual({
      type: 'grant.opened',
      data: expect.objectContaining({ parent: grantId, parentRequest: requestId }),
    })
  })

  test('nobody but the agent of the grant opens one, and nobody but the sub-agent uses it', async () => {
    const { grantId } = await grantTask(world)
    expect(await open(grantId, { ...ASK, agent: spiffe('triage') }, stranger)).toMatchObject({
      ...{ status: 404, reason: 'grant_unknown' },
    })
    const child = await open(grantId)
    const mandate = await stranger.mandateOf(child.id)
    expect(await refusalOf(triage.exchange({ mandate, resource: SERVERS.tickets }))).toMatchObject({
      reason: 'actor_mismatch',
    })
    expect((await triage.call('GET', `/grants/${child.id}/mandate`)).status).toBe(404)
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
    const { grantId } = await grantTask(world)
    const said = await open(grantId, { ...ASK, ...changed })
    expect(said).toMatchObject({ reason })
    expect(said.status).toBeGreaterThanOrEqual(400)
    expect(await database().childGrant.count({ where: { parentId: grantId } })).toBe(0)
    if (reason !== 'request_malformed')
      expect(await eventsOf(grantId)).toEqual([
        { type: 'grant.not_handed_on', data: expect.objectContaining({ reason }) },
      ])
  })

  test('is asked with no approvals: what people had to sign for is not handed on', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'secret'], signed: ['approver'] })
    const resources = [{ resource: SERVERS.vault }]
    const said = await open(grantId, { ...ASK, resources })
    expect(said).toMatchObject({
      status: 400,
      reason: 'policy_refused',
      policies: ['secret-read-needs-security'],
    })
    expect(said.error_description).toBe('Reading a secret needs one signature from Security.')
    const [event] = await eventsOf(grantId)
    expect(event?.data.scopes).toHaveLength(1)
    expect((await open(grantId)).status).toBe(200)
  })

  test('goes to no agent that is suspended, or that a signer of the request owns', async () => {
    await addAgent(world, 'asleep', { suspended: new Date() })
    await addAgent(world, 'of-a-signer', { owners: [world.people.approver] })
    const { grantId } = await grantTask(world, { signed: ['approver'] })
    const reasons = ['asleep', 'of-a-signer'].map(
      async (slug) => (await open(grantId, { ...ASK, agent: spiffe(slug) })).reason,
    )
    expect(await Promise.all(reasons)).toEqual(['child_agent_unknown', 'child_agent_owner'])
  })

  test('goes to no agent where policy does not let it run', async () => {
    await addAgent(world, 'elsewhere', { environments: ['production'] })
    const { grantId } = await grantTask(world)
    expect(await open(grantId, { ...ASK, agent: spiffe('elsewhere') })).toMatchObject({
      ...{ reason: 'policy_refused', policies: ['environment-of-the-agent'] },
    })
  })
})

describe('uses', () => {
  test('are spent from the parent when they are handed on', async () => {
    const { grantId } = await grantTask(world)
    await cap(grantId, 3)
    expect(await open(grantId)).toMatchObject({ reason: 'child_beyond' })
    expect(await open(grantId, { ...ASK, uses: 4 })).toMatchObject({ reason: 'child_beyond' })
    const child = await open(grantId, { ...ASK, uses: 2 })
    expect(child).toMatchObject({ uses: 2, uses_left: 2 })
    expect(await leftOf(grantId)).toBe(1)
    const told = await tickets.send(aboutGrant(child.id))
    expect(told).toMatchObject({ decision: true, context: { uses_left: 1 } })
    expect([await leftOf(grantId), await leftOf(child.id)]).toEqual([1, 1])
    expect(await open(grantId, { ...ASK, uses: 2 })).toMatchObject({ reason: 'child_beyond' })
  })

  test('two that ask at once never get more than there are', async () => {
    const { grantId } = await grantTask(world)
    await cap(grantId, 3)
    const said = await Promise.all([1, 2, 3].map(() => open(grantId, { ...ASK, uses: 2 })))
    expect(said.map(({ status }) => status).sort()).toEqual([200, 400, 400])
    expect(await leftOf(grantId)).toBe(1)
  })
})

describe('a child of a child', () => {
  test('nests who handed it on, spends all above it, and goes only as deep as was given', async () => {
    await addAgent(world, 'third')
    const third = await makeAgent(world, authority.issuer, { agent: 'third' })
    const { grantId } = await grantTask(world)
    await cap(grantId, 5)
    const child = await open(grantId, { ...ASK, uses: 3, depth: 1 })
    const ask = { ...ASK, agent: spiffe('third'), uses: 2, expires_in: 300 }
    expect(await open(child.id, { ...ask, agent: spiffe('triage') }, stranger)).toMatchObject({
      reason: 'child_agent_above',
    })
    expect(await open(child.id, { ...ask, depth: 1 }, stranger)).toMatchObject({ reason: 'child_too_deep' })
    expect(await open(child.id, { ...ask, expires_in: 601 }, stranger)).toMatchObject({
      reason: 'child_beyond',
    })
    const deepest = await open(child.id, ask, stranger)
    expect(deepest).toMatchObject({ status: 200, parent: child.id, depth: 0 })
    expect(await Promise.all([grantId, child.id, deepest.id].map(leftOf))).toEqual([2, 1, 2])
    expect(claimsOf(await tokenOf(third, deepest.id)).act).toEqual({
      ...{ sub: spiffe('third'), sub_profile: 'ai_agent' },
      act: {
        ...{ sub: spiffe('stranger'), sub_profile: 'ai_agent' },
        act: { sub: spiffe('triage'), sub_profile: 'ai_agent' },
      },
    })
    await addAgent(world, 'fourth')
    const fourth = { ...ask, uses: 1, agent: spiffe('fourth') }
    expect(await open(deepest.id, fourth, third)).toMatchObject({ reason: 'child_too_deep' })
  })
})

describe('what stops the parent stops the child', () => {
  async function family() {
    const task = await grantTask(world)
    const child = await open(task.grantId)
    return { ...task, childId: child.id, token: await tokenOf(stranger, child.id) }
  }
  const refusedTo = async (childId: string) => {
    const mandate = await stranger.call('GET', `/grants/${childId}/mandate`)
    return mandate.status === 200 ? null : (await mandate.json()).reason
  }

  test('revoked by a person: in the same transaction, with a trace of its own', async () => {
    const { grantId, childId, token } = await family()
    const actor = requester()
    yes(await revokeGrant(actor, actOf(actor), { grantId, reason: '' }))
    expect(await stateOf(childId)).toBe('revoked')
    expect(await isActive(token)).toBe(false)
    expect(await refusedTo(childId)).toBe('grant_revoked')
    expect((await tickets.send(aboutGrant(childId))).context.reason).toBe('grant_revoked')
    expect(await eventsOf(childId)).toContainEqual({
      type: 'grant.revoked',
      data: expect.objectContaining({ with: grantId }),
    })
    const leaves = await pool().query(
      `select max(leaf) - min(leaf) as apart from trail_event where type = 'grant.revoked' and grant_id = any($1)`,
      [[grantId, childId]],
    )
    expect(Number(leaves.rows[0]?.apart)).toBe(1)
  })

  test('completed by its agent', async () => {
    const { grantId, childId, token } = await family()
    expect((await triage.call('POST', `/grants/${grantId}/complete`)).status).toBe(200)
    expect(await stateOf(childId)).toBe('completed')
    expect(await isActive(token)).toBe(false)
  })

  test('the agent of the parent suspended, as long as it is', async () => {
    const { childId, token } = await family()
    const where = { id: world.agents.triage }
    const mandate = await stranger.mandateOf(childId)
    const ask = () => stranger.exchange({ mandate, resource: SERVERS.tickets })
    await database().agent.update({ where, data: { suspended: new Date(), rev: { increment: 1 } } })
    try {
      expect(await refusalOf(ask())).toMatchObject({ reason: 'parent_suspended' })
      expect(await isActive(token)).toBe(false)
      expect(await refusedTo(childId)).toBe('parent_suspended')
      expect((await tickets.send(aboutGrant(childId))).context.reason).toBe('parent_suspended')
    } finally {
      await database().agent.update({ where, data: { suspended: null, rev: { increment: 1 } } })
    }
    expect((await ask()).token_type.toLowerCase()).toBe('dpop')
    expect(await isActive(token)).toBe(true)
  })

  test('and a child ends alone', async () => {
    const { grantId, childId, token } = await family()
    expect((await stranger.call('POST', `/grants/${childId}/complete`)).status).toBe(200)
    expect([await stateOf(grantId), await stateOf(childId)]).toEqual(['live', 'completed'])
    expect(await isActive(token)).toBe(false)
    expect(await isActive(await tokenOf(triage, grantId))).toBe(true)
  })
})

test('no more than 32 are opened below one request', async () => {
  const { grantId } = await grantTask(world)
  for (let n = 0; n < 32; n += 1) expect((await open(grantId)).status).toBe(200)
  expect(await open(grantId)).toMatchObject({ reason: 'child_too_many' })
})
