import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Delegation } from '@/lib/domain/delegation'
import { AgentId } from '@/lib/domain/ids'
import type { Cut } from '@/lib/domain/terms'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { makeAgent, refusalOf, type TestAgent } from '@/tests/harness/authority'
import {
  addAgent,
  type ChildrenWorld,
  childrenWorld,
  claimsOf,
  handOn,
  spiffe,
} from '@/tests/harness/children'
import { activate, grantTask, SERVERS } from '@/tests/harness/world'

const VAULT = [{ resource: SERVERS.vault }]
const NEEDS = 'Reading a secret needs one signature from Security.'
const REFUSED = { reason: 'policy_refused', policies: ['secret-read-needs-security'] }

let s: ChildrenWorld
let third: TestAgent
let ids: Record<string, AgentId>

beforeAll(async () => {
  s = await childrenWorld()
  ids = { stranger: s.world.agents.stranger, third: await addAgent(s.world, 'third') }
  third = await makeAgent(s.world, s.issuer, { agent: 'third' })
})
afterAll(() => s.dispose())

const named = (slugs: readonly string[], depth = 1): Delegation => ({
  agents: slugs.map((slug) => ({ id: AgentId.parse(ids[slug]), slug, identity: spiffe(slug) })),
  depth,
})

/** A task that may read the secret, countersigned for these sub-agents. */
async function taskFor(delegation: Delegation | undefined, cut?: Cut) {
  const signed = { scopes: ['read', 'secret'], signed: ['approver'] } as const
  const more = { ...(delegation ? { delegation } : {}), ...(cut ? { cut } : {}) }
  return (await grantTask(s.world, { ...signed, ...more })).grantId
}

type Asked = { to?: string; depth?: number; by?: TestAgent }
const ask = (grantId: string, { to = 'stranger', depth = 0, by = s.triage }: Asked = {}) =>
  handOn(by, s.issuer, grantId, { agent: spiffe(to), resources: VAULT, depth })

async function tokenFor(childId: string, agent = s.stranger) {
  const mandate = await agent.mandateOf(childId)
  return agent.exchange({ mandate, resource: SERVERS.vault })
}
const refusalFor = (childId: string, agent = s.stranger) => refusalOf(tokenFor(childId, agent))

/** A child that stands on the signature for it, and has had a token already. */
async function signedChild() {
  const child = await ask(await taskFor(named(['stranger'])))
  expect(child.status).toBe(200)
  expect((await tokenFor(child.id)).scope).toBe('secret:read')
  return child.id
}

describe('a sub-agent that was named and countersigned', () => {
  test('is handed what took a signature, and gets a token for it', async () => {
    const grantId = await taskFor(named(['stranger']))
    const child = await ask(grantId)
    expect(child).toMatchObject({ status: 200, parent: grantId, agent: spiffe('stranger') })
    const token = claimsOf((await tokenFor(child.id)).access_token)
    expect(token).toMatchObject({ scope: 'secret:read', grant_id: child.id })
    expect(token.act).toMatchObject({ sub: spiffe('stranger'), act: { sub: spiffe('triage') } })
    const decisions = await database().decision.findMany({ where: { grantId: child.id, asked: 'issued' } })
    expect(decisions.map(({ verdict }) => verdict)).toEqual(['allowed'])
    expect(decisions[0]?.input).toContain('"approvals":["security"]')
  })

  test('is told to the agent that may hand it on', async () => {
    const grantId = await taskFor(named(['stranger', 'third'], 2))
    const { grants } = await (await s.triage.call('GET', '/grants')).json()
    const of = (id: string) => grants.find((grant: { id: string }) => grant.id === id)
    expect(of(grantId).signed_for).toEqual({ agents: [spiffe('stranger'), spiffe('third')], depth: 2 })
    const plain = await taskFor(undefined)
    const again = await (await s.triage.call('GET', '/grants')).json()
    expect(again.grants.find(({ id }: { id: string }) => id === plain)).not.toHaveProperty('signed_for')
  })

  test('hands it on in its turn, as deep as was signed and to whom was signed', async () => {
    const grantId = await taskFor(named(['stranger', 'third'], 2))
    const child = await ask(grantId, { depth: 2 })
    const deeper = await ask(child.id, { to: 'third', by: s.stranger, depth: 1 })
    expect(deeper).toMatchObject({ status: 200, parent: child.id })
    expect((await tokenFor(deeper.id, third)).scope).toBe('secret:read')
  })
})

describe('without a signature that names it, nothing is signed for', () => {
  const refuses = async (grantId: string, asked?: Asked) => {
    const said = await ask(grantId, asked)
    expect(said).toMatchObject({ status: 400, ...REFUSED })
    expect(said.error_description).toBe(NEEDS)
  }

  test('an agent that was not named, beside one that was', async () => {
    await refuses(await taskFor(named(['third'])))
    await refuses(await taskFor(undefined))
  })

  test('a sub-agent of a sub-agent, where one level was signed or it was not named', async () => {
    const shallow = await ask(await taskFor(named(['stranger', 'third'], 1)), { depth: 1 })
    await refuses(shallow.id, { to: 'third', by: s.stranger })
    const unnamed = await ask(await taskFor(named(['stranger'], 2)), { depth: 1 })
    await refuses(unnamed.id, { to: 'third', by: s.stranger })
  })

  test('a signature that struck the agent or the level, whatever the grant says', async () => {
    const whole = { struck: [], durationSeconds: 1800 }
    const struck = { ...whole, delegation: { struck: [AgentId.parse(ids.stranger)], depth: 2 } }
    await refuses(await taskFor(named(['stranger'], 2), struck))
    const shallow = { ...whole, delegation: { struck: [], depth: 1 } }
    const child = await ask(await taskFor(named(['stranger', 'third'], 2), shallow), { depth: 1 })
    await refuses(child.id, { to: 'third', by: s.stranger })
  })

  test('an agent whose owner was the one who signed', async () => {
    const of = { owners: [s.world.people.approver] }
    ids = { ...ids, 'of-signer': await addAgent(s.world, 'of-signer', of) }
    const said = await ask(await taskFor(named(['of-signer'])), { to: 'of-signer' })
    expect(said).toMatchObject({ status: 400, reason: 'child_agent_owner' })
  })

  test('an agent that has another identity than was signed', async () => {
    const signed = named(['stranger'])
    const agents = signed.agents.map((agent) => ({ ...agent, identity: spiffe('stranger', 'production') }))
    await refuses(await taskFor({ ...signed, agents }))
  })

  test('what takes no signature is handed on as ever', async () => {
    expect((await s.open(await taskFor(named(['third'])))).status).toBe(200)
  })
})

describe('asked again at every issue', () => {
  const seatOf = () =>
    database().groupMember.findFirstOrThrow({ where: { personId: s.world.people.approver } })

  test('refused once the approver has left the group', async () => {
    const childId = await signedChild()
    const seat = await seatOf()
    const of = { groupId_personId: { groupId: seat.groupId, personId: seat.personId } }
    await database().groupMember.delete({ where: of })
    expect(await refusalFor(childId)).toMatchObject(REFUSED)
    await database().groupMember.create({ data: seat })
    expect((await tokenFor(childId)).scope).toBe('secret:read')
  })

  test('refused once the approver owns the sub-agent, or one it went through', async () => {
    const task = await taskFor(named(['stranger', 'third'], 2))
    const child = await ask(task, { depth: 1 })
    const deeper = await ask(child.id, { to: 'third', by: s.stranger })
    expect((await tokenFor(deeper.id, third)).scope).toBe('secret:read')
    const owner = { agentId: s.world.agents.stranger, personId: s.world.people.approver }
    await database().agentOwner.create({ data: owner })
    expect(await refusalFor(child.id)).toMatchObject(REFUSED)
    expect(await refusalFor(deeper.id, third)).toMatchObject(REFUSED)
    await database().agentOwner.delete({ where: { agentId_personId: owner } })
    expect((await tokenFor(deeper.id, third)).scope).toBe('secret:read')
  })

  test('refused once the sub-agent goes by another identity than was signed', async () => {
    const childId = await signedChild()
    const known = await database().agentIdentity.findFirstOrThrow({
      where: { agentId: s.world.agents.stranger },
    })
    const first = { id: newId('IdentityId'), workload: 'agent/somebody', added: new Date(0) }
    await database().agentIdentity.create({ data: { ...known, ...first } })
    // Its mandate was written for the identity it had.
    const mandate = await s.stranger.mandateOf(childId)
    await expect(s.stranger.exchange({ mandate, resource: SERVERS.vault })).rejects.toThrow()
    await database().agentIdentity.delete({ where: { id: first.id } })
    expect((await tokenFor(childId)).scope).toBe('secret:read')
  })

  test('refused once policy demands more than was signed', async () => {
    const childId = await signedChild()
    const { schema, policies } = readDefaultPolicySet('policies')
    const more = policies.map(({ name, text }) => ({
      name,
      text: text.replace('@approval("security") @quorum("1")', '@approval("security") @quorum("2")'),
    }))
    await activate({ schema, policies: more })
    expect(await refusalFor(childId)).toMatchObject(REFUSED)
    await activate({ schema, policies })
    expect((await tokenFor(childId)).scope).toBe('secret:read')
  })
})
