import { describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { introspect, refusalOf, type TestAgent } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { activate, grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

type Task = Parameters<typeof grantTask>[1]

async function held(task?: Task) {
  const grant = await grantTask(world, task)
  return { ...grant, mandate: await agent.mandateOf(grant.grantId) }
}

const onTickets = (mandate: string, more: Partial<Parameters<TestAgent['exchange']>[0]> = {}) =>
  agent.exchange({ mandate, resource: SERVERS.tickets, ...more })

/** The last thing the trail says of a grant. */
const lastEvent = (grantId: string) =>
  database().trailEvent.findFirst({ where: { grantId }, orderBy: { leaf: 'desc' } })

describe('policy, asked again', () => {
  test('an environment that was not approved, in the policy’s words', async () => {
    const { grantId, mandate } = await held()
    const svid = await agent.svid({ environment: 'laptop' })
    const refused = await refusalOf(onTickets(mandate, { svid }))
    expect(refused).toMatchObject({
      status: 400,
      error: 'invalid_request',
      reason: 'environment_mismatch',
      policies: ['environment-as-approved', 'environment-of-the-agent'],
    })
    expect(refused.error_description).toContain(
      'The task may run only in the environment it was approved for.',
    )
    const event = await lastEvent(grantId)
    expect(event).toMatchObject({ type: 'credential.refused', policyIds: refused.policies })
    const [decision] = await database().decision.findMany({ where: { grantId } })
    expect(decision).toMatchObject({ verdict: 'refused', asked: 'issued' })
    expect(event?.decisionIds).toEqual([decision?.id])
  })

  test('a signature that is missing, and one whose signer left the group', async () => {
    const unsigned = await held({ scopes: ['secret'] })
    const onVault = (mandate: string) => agent.exchange({ mandate, resource: SERVERS.vault })
    const refused = await refusalOf(onVault(unsigned.mandate))
    expect(refused).toMatchObject({ reason: 'policy_refused', policies: ['secret-read-needs-security'] })
    const signed = await held({ scopes: ['secret'], signed: ['approver'] })
    expect((await onVault(signed.mandate)).scope).toBe('secret:read')
    const [member] = await database().groupMember.findMany({ where: { personId: world.people.approver } })
    if (!member) throw new Error('The approver is in no group.')
    await database().groupMember.deleteMany({ where: { personId: world.people.approver } })
    expect(await refusalOf(onVault(signed.mandate))).toMatchObject({ reason: 'policy_refused' })
    // A seat that is given again does not bring back what was signed from the one before.
    await database().groupMember.create({ data: { ...member, added: new Date() } })
    expect(await refusalOf(onVault(signed.mandate))).toMatchObject({ reason: 'policy_refused' })
  })

  test('the requester’s own signature and the agent owner’s count for nothing', async () => {
    const { requester, owner } = world.people
    const [security] = await database().group.findMany({ where: { slug: 'security' } })
    if (!security) throw new Error('There is no group security.')
    const put = (personId: string) =>
      database().groupMember.create({ data: { groupId: security.id, personId, addedBy: 'setup' } })
    await Promise.all([requester, owner].map(put))
    const { mandate } = await held({ scopes: ['secret'], signed: ['requester', 'owner'] })
    const refused = await refusalOf(agent.exchange({ mandate, resource: SERVERS.vault }))
    expect(refused).toMatchObject({ reason: 'policy_refused' })
    await database().groupMember.deleteMany({
      where: { personId: { in: [requester, owner] }, groupId: security.id },
    })
  })

  test('nor does that of whoever let the requester in', async () => {
    const { mandate } = await held({ scopes: ['secret'], signed: ['approver'] })
    const onVault = () => agent.exchange({ mandate, resource: SERVERS.vault })
    const given = (by: string) =>
      database().roleHolding.updateMany({
        where: { personId: world.people.requester, role: 'requester' },
        data: { givenBy: by },
      })
    expect((await onVault()).scope).toBe('secret:read')
    await given(world.people.approver)
    expect(await refusalOf(onVault())).toMatchObject({ reason: 'policy_refused' })
    await given('setup')
  })

  test('what nobody signed, unless its requester signed for breaking glass', async () => {
    const { mandate, grantId } = await held({ scopes: ['secret'], seconds: 900 })
    const onVault = () => agent.exchange({ mandate, resource: SERVERS.vault })
    expect(await refusalOf(onVault())).toMatchObject({ reason: 'policy_refused' })
    const { requestId, tenantId } = await database().grant.findUniqueOrThrow({ where: { id: grantId } })
    const signed = { preimage: '{}', digest: '', proof: {}, signed: new Date() }
    const use = { requestId, tenantId, personId: world.people.requester }
    await database().breakGlass.create({ data: { ...use, ...signed } })
    expect((await onVault()).scope).toBe('secret:read')
    // Longer than 15 minutes it never was one.
    await database().request.update({ where: { id: requestId }, data: { durationSeconds: 901 } })
    expect(await refusalOf(onVault())).toMatchObject({ policies: ['break-glass-within-15-minutes'] })
  })

  test('a vote without a passkey, once policy takes no other', async () => {
    const { grantId, mandate } = await held({ scopes: ['secret'], signed: ['approver'] })
    const onVault = () => agent.exchange({ mandate, resource: SERVERS.vault })
    expect((await onVault()).scope).toBe('secret:read')
    const set = readDefaultPolicySet('policies')
    const policies = set.policies.map(({ name, text }) => ({
      name,
      text: text.replaceAll('@approval("security")', '@approval("security") @passkey("required")'),
    }))
    await activate({ ...set, policies })
    expect(await refusalOf(onVault())).toMatchObject({ reason: 'policy_refused' })
    await database().approval.updateMany({
      where: { request: { grant: { id: grantId } } },
      data: { credentialId: 'AAAA' },
    })
    expect((await onVault()).scope).toBe('secret:read')
    await activate(set)
  })

  test('A17: today’s policies decide, not those of the day it was approved', async () => {
    const { mandate } = await held()
    expect((await onTickets(mandate)).expires_in).toBe(300)
    const set = readDefaultPolicySet('policies')
    const text =
      '@id("nobody-reads") @says("Nobody reads tickets today.")\nforbid (principal, action == Action::"ticket:read", resource);'
    await activate({ ...set, policies: [...set.policies, { name: '40-today.cedar', text }] })
    const refused = await refusalOf(onTickets(mandate))
    expect(refused).toMatchObject({ reason: 'policy_refused', policies: ['nobody-reads'] })
    expect(refused.error_description).toBe('Nobody reads tickets today.')
    await activate(set)
  })
})

describe('what changed under the grant', () => {
  test('a disabled person, a suspended server, a retired scope', async () => {
    const { mandate } = await held()
    const { access_token: token } = await onTickets(mandate)
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token } as const
    const isActive = async () => (await introspect(world, authority.issuer, asked)).active
    const person = { id: world.people.requester }
    await database().person.update({ where: person, data: { disabled: new Date() } })
    expect(await refusalOf(onTickets(mandate))).toMatchObject({ reason: 'person_suspended' })
    expect(await isActive()).toBe(false)
    await database().person.update({ where: person, data: { disabled: null } })
    const server = { identifier: SERVERS.tickets }
    await database().resourceServer.update({ where: server, data: { suspended: new Date() } })
    expect(await refusalOf(onTickets(mandate))).toMatchObject({ reason: 'target_suspended' })
    expect(await isActive()).toBe(false)
    await database().resourceServer.update({ where: server, data: { suspended: null } })
    const scope = { id: world.scopeIds.read }
    await database().scope.update({ where: scope, data: { retired: new Date() } })
    expect(await refusalOf(onTickets(mandate))).toMatchObject({ error: 'invalid_scope' })
    expect(await isActive()).toBe(false)
    await database().scope.update({ where: scope, data: { retired: null } })
    expect(await isActive()).toBe(true)
  })
})
