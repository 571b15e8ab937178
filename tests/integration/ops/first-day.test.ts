import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findAgentBySlug } from '@/lib/data/agents'
import { databaseNow } from '@/lib/data/clock'
import { listPeople } from '@/lib/data/directory'
import { listGroups } from '@/lib/data/groups'
import { findPolicyVersionInForce } from '@/lib/data/policy-sets'
import { listOpenProposals } from '@/lib/data/proposals'
import { listUnidentified } from '@/lib/data/registrations'
import { findRequest } from '@/lib/data/requests'
import { listServers } from '@/lib/data/servers'
import { listTemplates } from '@/lib/data/templates'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { SubmitRequest } from '@/lib/domain/request'
import type { Result } from '@/lib/domain/result'
import { setupSteps } from '@/lib/domain/setup-steps'
import { setUp } from '@/lib/ops/setup'
import { ProposeAgent, proposeAgent } from '@/lib/usecases/agents/propose-agent'
import { ProposeIdentity, proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { weighRuleChange } from '@/lib/usecases/facts/rule-change'
import { issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { acceptInvitation } from '@/lib/usecases/passwords/accept-invitation'
import { beFirstAdministrator } from '@/lib/usecases/passwords/be-first-administrator'
import { invitePerson } from '@/lib/usecases/passwords/invite-person'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { ProposeRuleChange, proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { ProposeServer, proposeServer } from '@/lib/usecases/servers/propose-server'
import { openSetupLink } from '@/lib/usecases/setup/open-setup-link'
import { ProposeTemplate, proposeTemplate } from '@/lib/usecases/templates/propose-template'
import { ProposeTrust, proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { makeAgent, SECRET, serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, yes } from '@/tests/harness/demo'
import { type MailServer, secretIn, startMailServer } from '@/tests/harness/mail'
import { keyPair, TRUST_DOMAIN } from '@/tests/harness/world'
import { PASSWORD, setUpFactor, signedIn, whoIs } from '@/tests/integration/passwords/world'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })

const TICKETS = 'https://tickets.first.example'
let db: FreshDatabase
let mail: MailServer
let authority: TestAuthority

beforeAll(async () => {
  mail = await startMailServer()
  db = await freshDatabase()
  authority = await serveAuthority()
  Object.assign(process.env, {
    COUNTERSIGN_ISSUER: authority.issuer,
    ...{ COUNTERSIGN_SECRET: SECRET, COUNTERSIGN_DEMO: '0', COUNTERSIGN_PASSWORDS: '1' },
    ...{ SMTP_URL: mail.url, MAIL_FROM: 'Countersign <access@example.org>' },
  })
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
  await mail.stop()
})

type Proposed = { proposalId: string; state: 'open' | 'activated' }
type Proposing<I> = (actor: Actor, act: Act, input: I) => Promise<Result<Proposed>>
type Schema<I> = { parse: (form: unknown) => I }

/** One administrator proposes what a form says, and another activates what they are shown. */
async function agree<I>(by: Actor, other: Actor, schema: Schema<I>, propose: Proposing<I>, form: object) {
  expect(yes(await propose(by, actOf(by), schema.parse(form))).state).toBe('open')
  const [proposal] = (await listOpenProposals(by.tenantId, await databaseNow())).slice(-1)
  if (!proposal) throw new Error('Nothing is proposed.')
  const { effect } = await weighRuleChange(by.tenantId, proposal.change)
  const shown = yes(effect).rev
  yes(await activateProposal(other, actOf(other), { proposalId: proposal.id, shown }))
}

async function stepsLeft({ tenantId }: Actor): Promise<string[] | null> {
  const [version, people, groups, servers, unidentified] = await Promise.all([
    findPolicyVersionInForce(),
    listPeople(tenantId),
    listGroups(tenantId),
    listServers(tenantId),
    listUnidentified(tenantId),
  ])
  const agent = await findAgentBySlug(tenantId, 'ticket-reader')
  const agents = agent ? [agent] : []
  const there = { hasPolicy: version !== null, people, groups, servers, agents, unidentified }
  return setupSteps(there)?.flatMap(({ title, isDone }) => (isDone ? [] : [title])) ?? null
}

/** Follows an invitation that an administrator sent. */
async function join(by: Actor, name: string) {
  const email = `${name}@example.org`
  yes(await invitePerson(by, actOf(by), { name, email }))
  yes(await acceptInvitation({ secret: secretIn(await mail.next(email), 'invite'), password: PASSWORD }))
  const person = (await listPeople(by.tenantId)).find((one) => one.name === name)
  if (!person) throw new Error(`${name} has not joined.`)
  return { personId: person.id, email }
}

/** Signed in with a second factor, set up at the first sign-in that needs one. */
async function withFactor(email: string): Promise<Actor> {
  const { actor } = await signedIn(email)
  const { signedIn: anew } = await setUpFactor(actor)
  const found = await whoIs(anew.signInId)
  if (!found) throw new Error(`${email} is not signed in.`)
  return found.actor
}

async function firstAdministrator(): Promise<Actor> {
  const link = await setUp('https://console.example')
  const { right } = yes(await openSetupLink({ secret: link?.split('#')[1] ?? '' }))
  const ada = { name: 'ada', email: 'ada@example.org', password: PASSWORD }
  const { signInId } = yes(await beFirstAdministrator(ada, right, {}))
  const found = await whoIs(signInId)
  if (!found) throw new Error('Nobody is signed in.')
  const { signedIn: anew } = await setUpFactor(found.actor)
  const complete = await whoIs(anew.signInId)
  if (!complete) throw new Error('Nobody is signed in.')
  return complete.actor
}

async function people(first: Actor) {
  const second = await join(first, 'bea')
  const requester = await join(first, 'rob')
  const approver = await join(first, 'eve')
  const rule = (form: object) => proposeRuleChange(first, actOf(first), ProposeRuleChange.parse(form))
  // Nobody else is there yet to agree.
  expect(yes(await rule({ kind: 'role.give', personId: second.personId, role: 'administrator' })).state).toBe(
    'activated',
  )
  const bea = await withFactor(second.email)
  const both = (form: object) => agree(first, bea, ProposeRuleChange, proposeRuleChange, form)
  await both({ kind: 'role.give', personId: approver.personId, role: 'approver' })
  for (const { id } of await listGroups(first.tenantId))
    await both({ kind: 'group.join', personId: approver.personId, groupId: id })
  return { bea, rob: (await signedIn(requester.email)).actor, eve: await withFactor(approver.email) }
}

test('an installation in which nothing is seeded: from the printed link to a token', async () => {
  const ada = await firstAdministrator()
  expect(ada).toMatchObject({ roles: ['administrator'], tenantName: 'Main' })
  expect(await stepsLeft(ada)).toEqual([
    'A second administrator agrees to changes',
    'Every approver group has people',
    'Somebody has the role Requester',
    'A resource server offers scopes',
    'An agent is registered',
    'An agent has an identity',
  ])
  const { bea, rob, eve } = await people(ada)
  expect(await stepsLeft(ada)).toEqual([
    'A resource server offers scopes',
    'An agent is registered',
    'An agent has an identity',
  ])

  const both = <I>(schema: Schema<I>, propose: Proposing<I>, form: object) =>
    agree(ada, bea, schema, propose, form)
  const server = { kind: 'server.add', name: 'Tickets', identifier: TICKETS, type: 'ticket' }
  await both(ProposeServer, proposeServer, { ...server, checks: 'offline' })
  const serverId = (await listServers(ada.tenantId))[0]?.id
  const offer = { kind: 'scope.add', serverId, resource: `${TICKETS}/t/4711`, action: 'ticket:comment' }
  const classified = { sensitivity: '2', dataDomain: 'support-cases', minutes: '480' }
  await both(ProposeServer, proposeServer, { ...offer, ...classified })
  const scope = (await listServers(ada.tenantId))[0]?.scopes[0]

  const domainKey = await keyPair('jwt-svid')
  const bundle = JSON.stringify({ keys: [domainKey.publicJwk] })
  const domain = { kind: 'domain', name: TRUST_DOMAIN, bundle }
  await both(ProposeTrust, proposeTrust, domain)
  const described = { purpose: 'Reads tickets.', owners: [ada.personId], environments: 'staging' }
  await both(ProposeAgent, proposeAgent, { kind: 'agent.add', slug: 'ticket-reader', ...described })
  expect(await stepsLeft(ada)).toEqual(['An agent has an identity'])
  const agent = await findAgentBySlug(ada.tenantId, 'ticket-reader')
  const workload = { trustDomain: TRUST_DOMAIN, workload: 'agent/ticket-reader' }
  await both(ProposeIdentity, proposeIdentity, { kind: 'spiffe', agentId: agent?.id, ...workload })
  expect(await stepsLeft(ada)).toBeNull()
  const task = { name: 'Answer a ticket', goal: 'Answer ticket 4711.', goalCategory: 'support' }
  const terms = { environment: 'staging', minutes: '120', scopeIds: [scope?.id] }
  await both(ProposeTemplate, proposeTemplate, {
    ...{ kind: 'template.add', agentId: agent?.id, ...task, ...terms },
  })

  const [template] = await listTemplates(ada.tenantId)
  const form = SubmitRequest.parse({
    ...{ templateId: template?.id, agentId: template?.agentId, goal: template?.goal },
    ...{ scopeIds: template?.scopeIds, durationMinutes: '120', environment: 'staging' },
    justification: 'The customer has waited nine days.',
  })
  const filed = yes(await submitRequest(rob, actOf(rob), form))
  expect(filed.state).toBe('awaiting')
  const { nonce, digest } = yes(
    await prepareSigning(eve, actOf(eve), { requestId: filed.id, verdict: 'approve' }),
  )
  yes(await approveRequest(eve, actOf(eve), { requestId: filed.id, nonce, digest }))

  const grantId = (await findRequest(filed.id))?.grant?.id
  if (!grantId) throw new Error('There is no grant.')
  const { mandate } = yes(await issueMandate(rob, actOf(rob), { grantId }))
  const stranger = await makeAgent({ domainKey }, authority.issuer, { agent: 'ticket-reader' })
  const token = await stranger.exchange({ mandate, resource: TICKETS })
  expect(token).toMatchObject({ token_type: 'dpop', scope: 'ticket:comment' })
})
