import { loadSigningKey } from '@/lib/credentials/keys'
import { signMandate } from '@/lib/credentials/mandate'
import { commit, type Tx } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import { endGrantRow } from '@/lib/data/write-grants'
import type { TrailEvent } from '@/lib/domain/events'
import { mandateClaims } from '@/lib/domain/mandate'
import { done } from '@/lib/domain/result'
import { exchangeToken } from '@/lib/usecases/credentials/exchange-token'
import { proofOf, SECRET } from '@/tests/harness/authority'
import { yes } from '@/tests/harness/demo'
import { persistently } from '@/tests/harness/persistently'
import { setup, svidOf, type TestWorld, TRUST_DOMAIN } from '@/tests/harness/world'

export const ISSUER = 'http://127.0.0.1:3001'
const SECONDS = 1800

/** One grant with nothing shared: its own requester, approver, agent, resource server and scope, by one number. */
export type Lot = Awaited<ReturnType<typeof lotsOf>>[number]

const LOTS = `with lots as (select * from json_to_recordset($1::json)
    as l(requester text, approver text, agent text, server text, scope text, request text, "grant" text)),
  here as (select $2::text as tenant)`

const SNAPSHOT = `scope, tenant, 'secret:read', 'https://' || lower(server) || '/s', 3, 'support', 28800, server, server,
  'https://' || lower(server), 'secret'`

// Everything before the race in a few statements, however many lots there are.
const INSERTS = [
  `insert into person (id, issuer, subject, name)
    select who, 'i', who, who from lots, here, unnest(array[requester, approver]) who`,
  `insert into role_holding (person_id, tenant_id, role, given_by)
    select requester, tenant, 'requester', 'setup' from lots, here`,
  `insert into group_member (group_id, person_id, added_by) select g.id, approver, 'setup'
    from lots, here join approver_group g on g.slug = 'security' and g.tenant_id = tenant`,
  `insert into agent (id, tenant_id, slug, purpose, environments)
    select agent, tenant, lower(agent), '', '{staging}' from lots, here`,
  `insert into agent_identity (id, agent_id, trust_domain, workload)
    select replace(agent, 'A-', 'N-'), agent, '${TRUST_DOMAIN}', 'agent/' || lower(agent) from lots, here`,
  `insert into resource_server (id, tenant_id, name, identifier, type, "check")
    select server, tenant, server, 'https://' || lower(server), 'secret', 'introspection' from lots, here`,
  `insert into scope (id, server_id, tenant_id, action, resource, sensitivity, data_domain, max_seconds)
    select scope, server, tenant, 'secret:read', 'https://' || lower(server) || '/s', 3, 'support', 28800
    from lots, here`,
  `insert into request (id, tenant_id, requester_id, agent_id, goal, goal_category, justification, ticket, environment,
      duration_seconds, state, stages, policy_set, filed, answer_by, digest)
    select request, tenant, requester, agent, '', 'support', '', '', 'staging', ${SECONDS}, 'granted', '[]', '', now(),
      now(), '' from lots, here`,
  `insert into approval (id, request_id, version, tenant_id, stage, person_id, verdict, nonce, preimage, digest, signed)
    select replace(request, 'R-', 'V-'), request, 1, tenant, 'security', approver, 'approve', request, '', '', now()
    from lots, here`,
  `insert into permission_grant (id, request_id, tenant_id, requester_id, agent_id, environment, state, opened, expires)
    select "grant", request, tenant, requester, agent, 'staging', 'live', now(), now() + interval '${SECONDS} seconds'
    from lots, here`,
  `insert into grant_scope (grant_id, scope_id, tenant_id, action, resource, sensitivity, data_domain, max_seconds,
    server_id, server_name, server_identifier, server_type) select "grant", ${SNAPSHOT} from lots, here`,
]

const newLot = () => ({
  requester: newId('PersonId'),
  approver: newId('PersonId'),
  agent: newId('AgentId'),
  server: newId('ResourceServerId'),
  scope: newId('ScopeId'),
  request: newId('RequestId'),
  grant: newId('GrantId'),
})

export async function lotsOf(world: TestWorld, n: number) {
  const lots = Array.from({ length: n }, newLot)
  for (const insert of INSERTS)
    await pool().query(`${LOTS} ${insert}`, [JSON.stringify(lots), world.tenantId])
  const key = loadSigningKey(await findActiveSigningKey(), SECRET)
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const now = new Date()
  const expires = new Date(now.getTime() + SECONDS * 1000)
  return Promise.all(
    lots.map(async (lot) => {
      const slug = lot.agent.toLowerCase()
      const claims = mandateClaims({
        ...{
          issuer: ISSUER,
          id: newId('MandateId'),
          now,
          requestId: lot.request,
          requesterId: lot.requester,
        },
        agent: {
          id: lot.agent,
          identities: [{ trustDomain: TRUST_DOMAIN, workload: `agent/${slug}`, environment: null }],
        },
        grant: { id: lot.grant, environment: 'staging', expires },
      })
      const svid = await svidOf(world, ISSUER, { agent: slug })
      return { ...lot, keys, svid, mandate: signMandate(claims, key) }
    }),
  )
}

/** One exchange as the authority makes it, without the HTTP around it. */
export async function tokenOf({ keys, svid, mandate, server }: Lot): Promise<string | null> {
  const dpop = [await proofOf(keys, 'POST', `${ISSUER}/oauth/token`)]
  const context = { issuer: ISSUER, secret: SECRET }
  const answer = await exchangeToken(
    {
      context,
      method: 'POST',
      path: '/oauth/token',
      dpop,
      authorization: null,
      address: null,
      reference: null,
    },
    {
      ...{
        mandate,
        proof: { as: 'actor', jwt: svid },
        clientId: null,
        scope: null,
        authorizationDetails: null,
      },
      resource: `https://${server.toLowerCase()}`,
    },
  )
  return answer.ok ? answer.value.access_token : null
}

/** The same: true when a token came out. */
export const askFor = async (lot: Lot): Promise<boolean> => (await tokenOf(lot)) !== null

/** What must stop an issue, each as one committed act on one lot. */
export const CHANGES: Record<string, (tx: Tx, lot: Lot, now: Date) => Promise<unknown>> = {
  'the grant revoked': (tx, { grant }, ended) =>
    endGrantRow(tx, grant, { state: 'revoked', ended, endedBy: 'somebody', endReason: null }),
  'the agent suspended': (tx, { agent }, suspended) =>
    tx.agent.update({ where: { id: agent }, data: { suspended, rev: { increment: 1 } } }),
  'the approver out of the group': (tx, { approver }) =>
    tx.groupMember.deleteMany({ where: { personId: approver } }),
  'the requester disabled': (tx, { requester }, disabled) =>
    tx.person.update({ where: { id: requester }, data: { disabled } }),
  'the approver disabled': (tx, { approver }, disabled) =>
    tx.person.update({ where: { id: approver }, data: { disabled } }),
  'the scope retired': (tx, { scope }, retired) =>
    tx.scope.update({ where: { id: scope }, data: { retired } }),
  'the server suspended': (tx, { server }, suspended) =>
    tx.resourceServer.update({ where: { id: server }, data: { suspended } }),
}

export type Change = (lot: Lot) => Promise<unknown>

export const changing =
  (name: string): Change =>
  async (lot) => {
    const change = CHANGES[name]
    if (!change) throw new Error(`There is no ${name}.`)
    const event: TrailEvent = { type: 'trust.changed', outcome: 'done', grantId: lot.grant }
    const write = async (tx: Tx) => void (await change(tx, lot, new Date()))
    yes(await persistently(() => commit(setup, done(null, event), write)))
  }

// The trail gives every event its place in the transaction that writes it, so its order is the order of commits.
const LATE = `select c.grant_id from trail_event c join trail_event i on i.grant_id = c.grant_id and i.leaf > c.leaf
  where c.type = 'trust.changed' and i.type = 'credential.issued'`

/** Grants under which something was issued behind the change that had to stop it. */
export const lateIssues = async () => (await pool().query(LATE)).rows
