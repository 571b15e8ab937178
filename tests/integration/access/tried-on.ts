import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { GrantId, RequestId } from '@/lib/domain/ids'
import { yes } from '@/tests/harness/demo'
import { type AccessWorld, absentRequest, type Kind } from './world'

/** One thing to try: whom it succeeds for, and what it is tried with, on something that is there and on nothing. */
export type Attempt = {
  allowed: readonly Kind[]
  on: (world: AccessWorld) => Promise<{ there: unknown; absent: unknown }>
}

export const fileWaiting = ({ demo, actors }: AccessWorld) =>
  demo.file('resolve-a-refund-ticket', actors.requester)
const fileRotation = ({ demo, actors }: AccessWorld) =>
  demo.file('rotate-a-production-secret', actors.requester)

export async function liveGrant(world: AccessWorld): Promise<GrantId> {
  const id = await world.demo.file('resolve-a-refund-ticket', world.actors.requester)
  yes(await world.demo.approve(world.actors.approver, id))
  const { grant } = await world.demo.read(id)
  if (!grant) throw new Error('There is no grant.')
  return grant.id
}

export const onRequest =
  (file: (world: AccessWorld) => Promise<RequestId>, more: object = {}): Attempt['on'] =>
  async (world) => ({
    there: { requestId: await file(world), ...more },
    absent: { requestId: absentRequest(), ...more },
  })

export const onGrant =
  (more: object = {}): Attempt['on'] =>
  async (world) => ({
    there: { grantId: await liveGrant(world), ...more },
    absent: { grantId: newId('GrantId'), ...more },
  })

// Signed with what the approver was really shown, so that only who asks can be what is refused.
export const onShown =
  (verdict: 'approve' | 'deny', more: object = {}): Attempt['on'] =>
  async (world) => {
    const requestId = await fileRotation(world)
    const { nonce, digest } = await world.demo.shown(world.actors.approver, requestId, verdict)
    return {
      there: { requestId, nonce, digest, ...more },
      absent: { requestId: absentRequest(), nonce, digest, ...more },
    }
  }

export const REASON = { reason: 'It is not needed any more.' }

export const onAgent =
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
export async function addPerson({ demo }: AccessWorld, ...roles: string[]): Promise<string> {
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

export const securityOf = ({ demo }: Pick<AccessWorld, 'demo'>): string => {
  const group = demo.world.groups.find(({ slug }) => slug === 'security')
  if (!group) throw new Error('There is no Security.')
  return group.id
}

export const onPerson =
  (roles: readonly string[], more: (world: AccessWorld) => object): Attempt['on'] =>
  async (world) => ({
    there: { personId: await addPerson(world, ...roles), ...more(world) },
    absent: { personId: newId('PersonId'), ...more(world) },
  })

// Proposed by the administrator, or by another one who has just been added.
export const onProposal =
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

export const onIssuer: Attempt['on'] = async (world) => ({
  there: { kind: 'issuer', issuerId: await insertIssuer(world) },
  absent: { kind: 'issuer', issuerId: newId('OidcIssuerId') },
})

// From a file of a folder that is not there: nothing is asked of anybody.
export const onDomain: Attempt['on'] = async ({ actors }) => {
  const name = `${newId('OidcIssuerId').toLowerCase()}.example`
  await pool().query(
    `insert into trust_domain (name, tenant_id, bundle, bundle_url, refreshed, next_refresh)
     values ($1, $2, '{"keys":[]}', 'file:none.json', now(), now() + interval '1 day')`,
    [name, actors.administrator.tenantId],
  )
  return { there: { name }, absent: { name: `absent.${name}` } }
}

export const onServerSecret: Attempt['on'] = async ({ actors }) => {
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

let numbers = 0

/** Another number each time: the same proposal twice is refused. */
export const nextNumber = (): number => {
  numbers += 1
  return numbers
}

export const onIdentity: Attempt['on'] = async (world) => {
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

export const onWebhook =
  (suspended: 'null' | 'now()'): Attempt['on'] =>
  async (world) => ({
    there: { webhookId: await insertWebhook(world, suspended) },
    absent: { webhookId: newId('WebhookId') },
  })

export async function insertDelivery(world: AccessWorld): Promise<string> {
  const [id, webhookId] = [newId('DeliveryId'), await insertWebhook(world, 'null')]
  await pool().query(
    `insert into delivery (id, channel, target, subject, tenant_id, kind, says, at, state, made, next_try)
     values ($1, 'webhook', $2, $1, $3, 'test', 'A test.', now(), 'delivered', now(), now())`,
    [id, webhookId, world.actors.administrator.tenantId],
  )
  return id
}

export const form = ({ demo }: AccessWorld) => demo.form('resolve-a-refund-ticket')

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

export async function anotherSignIn({ actors }: AccessWorld): Promise<string> {
  const id = newId('SignInId')
  await pool().query(
    `insert into sign_in (id, person_id, method, started, expires)
     values ($1, $2, 'demo', now(), now() + interval '12 hours')`,
    [id, actors.requester.personId],
  )
  return id
}
