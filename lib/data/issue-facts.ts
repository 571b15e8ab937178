import { z } from 'zod'
import { Role } from '@/lib/domain/access'
import {
  AgentId,
  DecisionId,
  GrantId,
  PersonId,
  PolicySetVersion,
  RequestId,
  TenantId,
} from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import { Scope } from '@/lib/domain/scope'
import { pool } from './database'
import { GrantStateRow, VoteVerdictRow } from './rows'

const VoteRow = z.object({
  personId: PersonId,
  tenantId: TenantId,
  stage: z.string(),
  version: z.number(),
  verdict: VoteVerdictRow,
  signed: z.coerce.date(),
})

const MembershipRow = z.object({
  tenantId: TenantId,
  stage: z.string(),
  personId: PersonId,
  selfGiven: z.boolean(),
  row: z.string(),
})

const Row = z.object({
  now: z.date(),
  policyVersion: PolicySetVersion.nullable(),
  grantId: GrantId,
  requestId: RequestId,
  tenantId: TenantId,
  environment: z.string(),
  state: GrantStateRow,
  expires: z.date(),
  decisionIds: DecisionId.array(),
  version: z.number(),
  goalCategory: z.string(),
  durationSeconds: z.number(),
  agentId: AgentId,
  agentTenantId: TenantId,
  slug: z.string(),
  purpose: z.string(),
  environments: z.string().array(),
  suspended: z.date().nullable(),
  agentRev: z.number(),
  owners: PersonId.array(),
  identities: z.object({ trustDomain: z.string(), workload: z.string() }).array(),
  requesterId: PersonId,
  issuer: z.string(),
  subject: z.string(),
  disabled: z.date().nullable(),
  roles: Role.array(),
  sameAccount: PersonId.array(),
  scopes: Scope.array(),
  votes: VoteRow.array(),
  memberships: MembershipRow.array(),
})

const list = (query: string) => `(select coalesce(json_agg(x), '[]') from (${query}) x)`
const texts = (query: string) => `array(${query})`

// One question for a whole grant. Votes of the request's present version only, and of the groups only who voted.
const FACTS = `select clock_timestamp() as now,
  (select version from policy_in_force where id = 1) as "policyVersion",
  g.id as "grantId", g.request_id as "requestId", g.tenant_id as "tenantId", g.environment, g.state, g.expires,
  g.decision_ids as "decisionIds", r.version, r.goal_category as "goalCategory", r.duration_seconds as "durationSeconds",
  a.id as "agentId", a.tenant_id as "agentTenantId", a.slug, a.purpose, a.environments, a.suspended,
  a.rev as "agentRev", p.id as "requesterId", p.issuer, p.subject, p.disabled,
  ${texts('select person_id from agent_owner where agent_id = a.id')} as owners,
  ${list(`select trust_domain as "trustDomain", workload from agent_identity where agent_id = a.id order by id`)}
    as identities,
  ${texts('select role from role_holding where person_id = p.id and tenant_id = g.tenant_id')} as roles,
  ${texts('select id from person where issuer = p.issuer and subject = p.subject and id <> p.id')}
    as "sameAccount",
  ${list(`select scope_id as id, tenant_id as "tenantId", action, resource, sensitivity,
      data_domain as "dataDomain", max_seconds as "maxSeconds", server_id as "serverId",
      server_name as "serverName", server_identifier as "serverIdentifier", server_type as "serverType"
      from grant_scope where grant_id = g.id order by action, resource`)} as scopes,
  ${list(`select person_id as "personId", tenant_id as "tenantId", stage, version, verdict, signed
      from approval where request_id = r.id and version = r.version`)} as votes,
  ${list(`select u.tenant_id as "tenantId", u.slug as stage, m.person_id as "personId",
      m.added_by = m.person_id as "selfGiven", concat_ws(' ', m.group_id, m.person_id, m.added_by) as row
      from approver_group u join group_member m on m.group_id = u.id join person q on q.id = m.person_id
      where q.disabled is null
        and u.tenant_id in (select tenant_id from grant_scope where grant_id = g.id)
        and m.person_id in (select person_id from approval where request_id = r.id and version = r.version)`)}
    as memberships
  from permission_grant g join request r on r.id = g.request_id
  join agent a on a.id = g.agent_id join person p on p.id = g.requester_id
  where g.id = $1`

function factsOfRow(row: z.infer<typeof Row>): IssueFacts {
  const { now, policyVersion, scopes, votes, memberships, sameAccount } = row
  const { requestId, tenantId, environment, state, expires, version, goalCategory, durationSeconds } = row
  const { slug, purpose, environments, owners, suspended, identities } = row
  const { issuer, subject, disabled, roles } = row
  return {
    now,
    policyVersion,
    grant: {
      id: row.grantId,
      requestId,
      tenantId,
      environment,
      state,
      expires,
      decisionIds: row.decisionIds,
    },
    request: { version, goalCategory, durationSeconds },
    agent: {
      id: row.agentId,
      tenantId: row.agentTenantId,
      ...{ slug, purpose, environments, owners, suspended, identities, rev: row.agentRev },
    },
    requester: { id: row.requesterId, issuer, subject, disabled, roles },
    ...{ scopes, votes, memberships, sameAccount },
  }
}

/** What a credential for this grant is decided with, in one question to the database. */
export async function findIssueFacts(grantId: string): Promise<IssueFacts | null> {
  const { rows } = await pool().query(FACTS, [grantId])
  return rows.length === 0 ? null : factsOfRow(Row.parse(rows[0]))
}
