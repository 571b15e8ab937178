import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { GrantId, RequestId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import { projectRoot } from '@/lib/ops/entry'
import { yes } from '@/tests/harness/demo'
import { ecPair } from '@/tests/unit/support/forge'
import { type AccessWorld, absentRequest, type Kind } from './world'

export type UseCase = (actor: Actor, act: Act, input: unknown) => Promise<Result<unknown>>
export type Found = { name: string; file: string; takesActor: boolean }

const FOLDER = join(projectRoot, 'lib', 'usecases')
const FUNCTION =
  /export (?:(?:async )?function|const) (\w+)\s*(?:=\s*(?:async\s*)?)?\(\s*(?:(\w+)\??: (\w+))?/g

/** Every use case there is, read from the folder, so that a new one cannot be forgotten. */
export function findUseCases(): Found[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('facts'),
  )
  return files.flatMap((file) =>
    [...readFileSync(join(FOLDER, file), 'utf8').matchAll(FUNCTION)].map(([, name = '', , type]) => ({
      name,
      file,
      takesActor: type === 'Actor',
    })),
  )
}

/** A use case by its name. Those that only read take no act. */
export async function loadUseCase({ name, file }: Found): Promise<UseCase> {
  const module = await import(join(FOLDER, file))
  const perform = module[name]
  return perform.length === 2 ? (actor, _, input) => perform(actor, input) : perform
}

/** One thing to try: whom it succeeds for, and what it is tried with, on something that is there and on nothing. */
export type Attempt = {
  allowed: readonly Kind[]
  on: (world: AccessWorld) => Promise<{ there: unknown; absent: unknown }>
}

const fileWaiting = ({ demo, actors }: AccessWorld) => demo.file('resolve-a-refund-ticket', actors.requester)
const fileRotation = ({ demo, actors }: AccessWorld) =>
  demo.file('rotate-a-production-secret', actors.requester)

async function liveGrant(world: AccessWorld): Promise<GrantId> {
  const id = await world.demo.file('resolve-a-refund-ticket', world.actors.requester)
  yes(await world.demo.approve(world.actors.approver, id))
  const { grant } = await world.demo.read(id)
  if (!grant) throw new Error('There is no grant.')
  return grant.id
}

const onRequest =
  (file: (world: AccessWorld) => Promise<RequestId>, more: object = {}): Attempt['on'] =>
  async (world) => ({
    there: { requestId: await file(world), ...more },
    absent: { requestId: absentRequest(), ...more },
  })

const onGrant =
  (more: object = {}): Attempt['on'] =>
  async (world) => ({
    there: { grantId: await liveGrant(world), ...more },
    absent: { grantId: newId('GrantId'), ...more },
  })

// Signed with what the approver was really shown, so that only who asks can be what is refused.
const onShown =
  (verdict: 'approve' | 'deny', more: object = {}): Attempt['on'] =>
  async (world) => {
    const requestId = await fileRotation(world)
    const { nonce, digest } = await world.demo.shown(world.actors.approver, requestId, verdict)
    return {
      there: { requestId, nonce, digest, ...more },
      absent: { requestId: absentRequest(), nonce, digest, ...more },
    }
  }

const REASON = { reason: 'It is not needed any more.' }

const onAgent =
  (suspended: 'null' | 'now()'): Attempt['on'] =>
  async ({ demo, actors }) => {
    const id = newId('AgentId')
    await pool().query(
      `insert into agent (id, tenant_id, slug, purpose, environments, suspended)
       values ($1, $2, lower($1), 'Is there to be changed.', '{staging}', ${suspended})`,
      [id, demo.world.tenant.id],
    )
    await pool().query('insert into agent_owner (agent_id, person_id) values ($1, $2)', [
      id,
      actors.owner.personId,
    ])
    return { there: { agentId: id, ...REASON }, absent: { agentId: newId('AgentId'), ...REASON } }
  }

/** Somebody of the requester's tenant to be changed, who sits in Security when they are an approver. */
async function addPerson({ demo }: AccessWorld, ...roles: string[]): Promise<string> {
  const id = newId('PersonId')
  await pool().query(
    `insert into person (id, issuer, subject, name) values ($1, 'https://people.example', $1, $1)`,
    [id],
  )
  for (const role of roles)
    await pool().query(`insert into role_holding values ($1, $2, $3, 'setup')`, [
      id,
      demo.world.tenant.id,
      role,
    ])
  if (roles.includes('approver'))
    await pool().query(`insert into group_member values ($1, $2, 'setup')`, [securityOf({ demo }), id])
  return id
}

const securityOf = ({ demo }: Pick<AccessWorld, 'demo'>): string => {
  const group = demo.world.groups.find(({ slug }) => slug === 'security')
  if (!group) throw new Error('There is no Security.')
  return group.id
}

const onPerson =
  (roles: readonly string[], more: (world: AccessWorld) => object): Attempt['on'] =>
  async (world) => ({
    there: { personId: await addPerson(world, ...roles), ...more(world) },
    absent: { personId: newId('PersonId'), ...more(world) },
  })

// Proposed by the administrator, or by another one who has just been added.
const onProposal =
  (whose: 'own' | 'other', more: object = {}): Attempt['on'] =>
  async (world) => {
    const { administrator } = world.actors
    const by = whose === 'own' ? administrator.personId : await addPerson(world, 'administrator')
    const id = newId('ProposalId')
    const change = { kind: 'role.give', personId: await addPerson(world, 'requester'), role: 'approver' }
    await pool().query(
      `insert into proposal (id, tenant_id, kind, payload, seen, gains, proposed_by, proposed, answer_by, state)
       values ($1, $2, 'role.give', $3, '"Requester"', $4, $5, now(), now() + interval '1 day', 'open')`,
      [id, administrator.tenantId, JSON.stringify(change), change.personId, by],
    )
    return { there: { proposalId: id, ...more }, absent: { proposalId: newId('ProposalId'), ...more } }
  }

// At an address that is never let through: nothing is asked of anybody.
async function insertIssuer({ actors }: AccessWorld): Promise<string> {
  const id = newId('OidcIssuerId')
  await pool().query(
    `insert into oidc_issuer (id, tenant_id, issuer, kind, added_by, added)
     values ($1, $2, 'https://169.254.169.254/' || $1, 'oidc', 'setup', now())`,
    [id, actors.administrator.tenantId],
  )
  return id
}

const onIssuer: Attempt['on'] = async (world) => ({
  there: { kind: 'issuer', issuerId: await insertIssuer(world) },
  absent: { kind: 'issuer', issuerId: newId('OidcIssuerId') },
})

// From a file of a folder that is not there: nothing is asked of anybody.
const onDomain: Attempt['on'] = async ({ actors }) => {
  const name = `${newId('OidcIssuerId').toLowerCase()}.example`
  await pool().query(
    `insert into trust_domain (name, tenant_id, bundle, bundle_url, refreshed, next_refresh)
     values ($1, $2, '{"keys":[]}', 'file:none.json', now(), now() + interval '1 day')`,
    [name, actors.administrator.tenantId],
  )
  return { there: { name }, absent: { name: `absent.${name}` } }
}

const onServerSecret: Attempt['on'] = async ({ actors }) => {
  const serverId = newId('ResourceServerId')
  await pool().query(
    `insert into resource_server (id, tenant_id, name, identifier, type, "check", secret_hash, secret_made)
     values ($1, $2, 'Gateway', 'https://' || lower($1) || '.example', 'gateway', 'introspection', $3, now())`,
    [serverId, actors.administrator.tenantId, 'a'.repeat(43)],
  )
  return {
    there: { serverId, which: 'all' },
    absent: { serverId: newId('ResourceServerId'), which: 'all' },
  }
}

// The same proposal twice is refused.
let proposed = 0

const onIdentity: Attempt['on'] = async (world) => {
  const { there } = await onAgent('null')(world)
  const { agentId } = Object(there)
  const identityId = newId('IdentityId')
  await pool().query(
    `insert into agent_subject (id, agent_id, issuer_id, subject, conditions, added_by, added)
     values ($1, $2, $3, $1, '[]', 'setup', now())`,
    [identityId, agentId, await insertIssuer(world)],
  )
  return { there: { agentId, identityId }, absent: { agentId: newId('AgentId'), identityId } }
}

async function insertWebhook({ actors }: AccessWorld, suspended: 'null' | 'now()'): Promise<string> {
  const id = newId('WebhookId')
  await pool().query(
    `insert into webhook (id, tenant_id, form, origin, digest, sealed, kinds, added_by, added, active, suspended)
     values ($1, $2, 'standard', 'https://hooks.example', 'x', 'x', '{waits}', $3, now(), now(), ${suspended})`,
    [id, actors.administrator.tenantId, actors.administrator.personId],
  )
  return id
}

const onWebhook =
  (suspended: 'null' | 'now()'): Attempt['on'] =>
  async (world) => ({
    there: { webhookId: await insertWebhook(world, suspended) },
    absent: { webhookId: newId('WebhookId') },
  })

async function insertDelivery(world: AccessWorld): Promise<string> {
  const [id, webhookId] = [newId('DeliveryId'), await insertWebhook(world, 'null')]
  await pool().query(
    `insert into delivery (id, channel, target, subject, tenant_id, kind, says, at, state, made, next_try)
     values ($1, 'webhook', $2, $1, $3, 'test', 'A test.', now(), 'delivered', now(), now())`,
    [id, webhookId, world.actors.administrator.tenantId],
  )
  return id
}

const form = ({ demo }: AccessWorld) => demo.form('resolve-a-refund-ticket')

/** What an agent proposed to the requester, as if it had. */
export async function insertProposed({ demo, actors }: AccessWorld): Promise<RequestId> {
  const id = absentRequest()
  const { agentId, scopeIds } = demo.form('summarise-a-ticket')
  await pool().query(
    `insert into request (id, tenant_id, requester_id, agent_id, goal, goal_category, justification, ticket,
       environment, duration_seconds, state, stages, policy_set, filed, answer_by, digest, proposed_under)
     select $1, $2, $3, $4, 'More.', 'own', 'It is the same case.', '', 'staging', 600, 'proposed', '[]',
       (select version from policy_in_force), now(), now() + interval '1 hour', '', 'G-ABCDEFGH'`,
    [id, demo.world.tenant.id, actors.requester.personId, agentId],
  )
  await pool().query(
    `insert into request_scope (request_id, scope_id, tenant_id, action, resource, sensitivity, data_domain,
       max_seconds, server_id, server_name, server_identifier, server_type)
     select $1, x.id, x.tenant_id, x.action, x.resource, x.sensitivity, x.data_domain, x.max_seconds, s.id, s.name,
       s.identifier, s.type from scope x join resource_server s on s.id = x.server_id where x.id = any($2)`,
    [id, scopeIds],
  )
  return id
}

const REVOKERS = ['requester', 'approver', 'owner', 'administrator'] as const
const FILERS = ['requester', 'otherRequester', 'approver', 'owner', 'administrator'] as const

/** Every act of people: who may, written down. `there` is always the requester's and of the requester's tenant. */
export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  submitRequest: {
    allowed: FILERS,
    on: async (world) => ({
      there: form(world),
      absent: { ...form(world), agentId: newId('AgentId'), templateId: newId('TemplateId') },
    }),
  },
  confirmRequest: { allowed: ['requester'], on: onRequest(insertProposed, { rev: 1 }) },
  declineRequest: { allowed: ['requester'], on: onRequest(insertProposed, { reason: '' }) },
  previewRequest: {
    allowed: FILERS,
    on: async (world) => ({
      there: form(world),
      absent: { ...form(world), agentId: newId('AgentId'), templateId: newId('TemplateId') },
    }),
  },
  editRequest: {
    allowed: ['requester'],
    on: async (world) => {
      const requestId = await fileWaiting(world)
      const { rev } = await world.demo.read(requestId)
      return {
        there: { ...form(world), requestId, rev },
        absent: { ...form(world), requestId: absentRequest(), rev },
      }
    },
  },
  commentRequest: {
    allowed: ['requester', 'approver', 'owner', 'administrator'],
    on: onRequest(fileWaiting, { text: 'How long does it take?' }),
  },
  withdrawRequest: { allowed: ['requester'], on: onRequest(fileWaiting) },
  prepareSigning: { allowed: ['approver'], on: onRequest(fileWaiting, { verdict: 'approve' }) },
  prepareSignings: {
    allowed: ['approver'],
    on: async (world) => ({
      there: { requestIds: [await fileWaiting(world), await fileWaiting(world)], verdict: 'deny' },
      absent: { requestIds: [absentRequest(), absentRequest()], verdict: 'deny' },
    }),
  },
  previewNarrowing: { allowed: ['approver'], on: onRequest(fileWaiting) },
  approveRequest: { allowed: ['approver'], on: onShown('approve') },
  denyRequest: { allowed: ['approver'], on: onShown('deny', REASON) },
  issueMandate: { allowed: ['requester'], on: onGrant() },
  completeGrant: { allowed: ['requester', 'owner'], on: onGrant() },
  revokeGrant: { allowed: REVOKERS, on: onGrant(REASON) },
  revokeGrants: {
    allowed: REVOKERS,
    on: async (world) => ({
      there: { grantIds: [await liveGrant(world)], ...REASON },
      absent: { grantIds: [newId('GrantId')], ...REASON },
    }),
  },
  suspendAgent: { allowed: ['owner', 'administrator'], on: onAgent('null') },
  resumeAgent: { allowed: ['administrator'], on: onAgent('now()') },
  proposeIdentity: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onAgent('null')(world)
      const key = { kind: 'key', key: JSON.stringify(ecPair().publicJwk), environment: 'staging' }
      return { there: { ...Object(there), ...key }, absent: { ...Object(absent), ...key } }
    },
  },
  proposeAgent: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onAgent('null')(world)
      const form = {
        ...{ kind: 'agent.set', purpose: 'Is there for something else.', environments: ['staging'] },
        ...{ slug: 'no-such-name', owners: [world.actors.owner.personId] },
      }
      return { there: { ...Object(there), ...form }, absent: { ...Object(absent), ...form } }
    },
  },
  proposeTemplate: {
    allowed: ['administrator'],
    on: async ({ demo }) => {
      proposed += 1
      const [template] = demo.world.templates
      const form = {
        ...{ kind: 'template.set', agentId: template?.agentId, name: `Named anew ${proposed}` },
        ...{ goal: 'Read.', goalCategory: 'support', environment: 'staging', minutes: 5 },
        scopeIds: template?.scopeIds,
      }
      return {
        there: { ...form, templateId: template?.id },
        absent: { ...form, templateId: newId('TemplateId') },
      }
    },
  },
  changeIdentity: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onIdentity(world)
      const conditions = { kind: 'conditions', conditions: 'ref = refs/heads/main' }
      return { there: { ...Object(there), ...conditions }, absent: { ...Object(absent), ...conditions } }
    },
  },
  removeIdentity: { allowed: ['administrator'], on: onIdentity },
  testIdentity: {
    allowed: ['administrator'],
    on: async (world) => {
      const { there, absent } = await onAgent('null')(world)
      return { there: { ...Object(there), token: 'a.b.c' }, absent: { ...Object(absent), token: 'a.b.c' } }
    },
  },
  proposeServer: {
    allowed: ['administrator'],
    on: async ({ demo }) => {
      proposed += 1
      const server = demo.world.servers.find(({ type }) => type === 'tickets') ?? demo.world.servers[0]
      const form = {
        ...{ kind: 'scope.set', scopeId: server?.scopes[0]?.id, sensitivity: 3 },
        ...{ dataDomain: `other-${proposed}`, minutes: 45, checks: 'offline' },
        ...{ action: 'ticket:read', resource: `${server?.identifier}/t/1`, type: 'tickets' },
        ...{ identifier: 'https://servers.example', keepSeconds: 0 },
      }
      return {
        there: { serverId: server?.id, ...form },
        absent: { serverId: newId('ResourceServerId'), ...form },
      }
    },
  },
  endServerSecret: { allowed: ['administrator'], on: onServerSecret },
  tryToken: {
    allowed: ['administrator'],
    on: async ({ demo }) => {
      const [server, agent] = [demo.world.servers[0], demo.world.agents[0]]
      const ask = {
        ...{ agentId: agent?.id, environment: agent?.environments[0], minutes: 30 },
        scopeIds: [server?.scopes[0]?.id],
      }
      return {
        there: { serverId: server?.id, ...ask },
        absent: { serverId: newId('ResourceServerId'), ...ask },
      }
    },
  },
  refreshIssuer: { allowed: ['administrator'], on: onIssuer },
  refreshTrust: { allowed: ['administrator'], on: onDomain },
  removeTrust: { allowed: ['administrator'], on: onIssuer },
  proposeRuleChange: {
    allowed: ['administrator'],
    on: onPerson(['requester'], (world) => ({
      kind: 'role.give',
      role: 'approver',
      innerId: securityOf(world),
      ...{ timeZone: 'Europe/Zurich', days: ['1'], fromHour: '9', untilHour: '17' },
    })),
  },
  activateProposal: { allowed: ['administrator'], on: onProposal('other', { shown: 1 }) },
  rejectProposal: { allowed: ['administrator'], on: onProposal('other') },
  withdrawProposal: { allowed: ['administrator'], on: onProposal('own') },
  removeFromGroup: {
    allowed: ['administrator'],
    on: onPerson(['approver'], (world) => ({ groupId: securityOf(world) })),
  },
  disablePerson: { allowed: ['administrator'], on: onPerson(['requester'], () => REASON) },
  removeWebhook: { allowed: ['administrator'], on: onWebhook('null') },
  testWebhook: { allowed: ['administrator'], on: onWebhook('null') },
  resumeWebhook: { allowed: ['administrator'], on: onWebhook('now()') },
  replayDelivery: {
    allowed: ['administrator'],
    on: async (world) => ({
      there: { deliveryId: await insertDelivery(world) },
      absent: { deliveryId: newId('DeliveryId') },
    }),
  },
  endSignIns: {
    allowed: ['requester', 'administrator'],
    on: async (world) => {
      await anotherSignIn(world)
      return {
        there: { personId: world.actors.requester.personId },
        absent: { personId: newId('PersonId') },
      }
    },
  },
  nameDeputy: {
    allowed: ['approver'],
    on: async (world) => {
      const days = { from: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 86_400_000) }
      const deputy = await addPerson(world, 'approver')
      return {
        there: { ...days, deputy: [securityOf(world), deputy] },
        absent: { ...days, deputy: [newId('GroupId'), newId('PersonId')] },
      }
    },
  },
  endDeputy: {
    allowed: ['approver'],
    on: async (world) => {
      const { approver } = world.actors
      const deputyshipId = newId('DeputyId')
      await pool().query(
        `insert into deputy (id, tenant_id, group_id, person_id, deputy_id, from_time, until_time, named)
         values ($1, $2, $3, $4, $5, now() + interval '80 days', now() + interval '81 days', now())`,
        [
          deputyshipId,
          approver.tenantId,
          securityOf(world),
          approver.personId,
          await addPerson(world, 'approver'),
        ],
      )
      return { there: { deputyshipId }, absent: { deputyshipId: newId('DeputyId') } }
    },
  },
  endSignIn: {
    allowed: ['requester', 'administrator'],
    on: async (world) => ({
      there: { signInId: await anotherSignIn(world) },
      absent: { signInId: newId('SignInId') },
    }),
  },
}

async function anotherSignIn({ actors }: AccessWorld): Promise<string> {
  const id = newId('SignInId')
  await pool().query(
    `insert into sign_in (id, person_id, method, started, expires)
     values ($1, $2, 'demo', now(), now() + interval '12 hours')`,
    [id, actors.requester.personId],
  )
  return id
}

/**
 * What needs no attempt above: choosing for one's own pages, one's own password, second factor and passkeys, inviting
 * and adding a webhook, a trust domain or an issuer to one's own tenant, and reading out under one's own rights, which leaves an entry in the trail. Each has a test of its own.
 */
export const OF_ONES_OWN = [
  'proposeTrust',
  // The keys are those of every tenant here: there is nothing of another's to be found.
  'rotateSigningKey',
  'endSigningKey',
  'showStory',
  'chooseKeys',
  'markNoticesRead',
  'chooseNotices',
  'exportTrail',
  'changePassword',
  'beginSecondFactor',
  'confirmSecondFactor',
  'giveSecondFactor',
  'invitePerson',
  'withdrawInvitation',
  'exportApproval',
  'prepareBreakGlass',
  'submitBreakGlass',
  'prepareReview',
  'signReview',
  'beginPasskey',
  'beginRemoval',
  'addPasskey',
  'renamePasskey',
  'removePasskey',
  'addWebhook',
]

/** What no person reaches: agents and servers prove themselves at the authority, and the installation sets itself up. */
export const NOT_FOR_PEOPLE = [
  'addFirstTenant',
  'checkReadiness',
  'keepSignIn',
  'replaceSignIn',
  'signInWithProvider',
  'acceptInvitation',
  'askPasswordReset',
  'beFirstAdministrator',
  'resetPassword',
  'signInWithPassword',
  'addWorld',
  'completeGrantAsAgent',
  'endLeftOver',
  'ensureSigningKeys',
  'evaluateAccess',
  'evaluateAccesses',
  'searchAccess',
  'exchangeToken',
  'forgetTold',
  'giveBackToken',
  'installPolicySet',
  'introspectToken',
  'issueAgentToken',
  'issueMandateToAgent',
  'openChildGrant',
  'listGrantsAsAgent',
  'listStepsAsAgent',
  'proposeStep',
  'makeSetupLink',
  'makeRecoveryLink',
  'openSetupLink',
  'noteExpiries',
  'noteRepeats',
  'publishStatusList',
  'noteNotices',
  'deliverDue',
  'noteSlowedAgents',
  'noteStoppedAgents',
  'noteStageMarks',
  'tendSigningKeys',
  'sealAnew',
  'refreshBundles',
  'signInAsPersona',
]
