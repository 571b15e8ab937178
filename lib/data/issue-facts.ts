import { z } from 'zod'
import { Role } from '@/lib/domain/access'
import { chainOf, votesBelow } from '@/lib/domain/delegation'
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
import { KEPT_SECONDS } from '@/lib/domain/kept-proofs'
import { Scope } from '@/lib/domain/scope'
import { StatusPlace } from '@/lib/domain/status-list'
import { WorkingHours } from '@/lib/domain/working-hours'
import { askTogether } from './ask-together'
import { readInBatches } from './in-batches'
import { membershipRow, nestedRow } from './membership-row'
import { CutRow, DelegationRow, GrantStateRow, VoteVerdictRow } from './rows'

// JSON says a time with its zone.
const time = z.iso.datetime({ offset: true }).pipe(z.coerce.date())

const VoteRow = z.object({
  personId: PersonId,
  tenantId: TenantId,
  stage: z.string(),
  version: z.number(),
  verdict: VoteVerdictRow,
  signed: time,
  cut: CutRow.nullable(),
  deputyFor: PersonId.nullable(),
  escalatedTo: z.string().nullable(),
  passkey: z.boolean(),
  sameDevice: z.boolean(),
})

const MembershipRow = z.object({
  tenantId: TenantId,
  stage: z.string(),
  personId: PersonId,
  selfGiven: z.boolean(),
  added: time,
  row: z.string(),
})

const Identities = z.object({ trustDomain: z.string(), workload: z.string() }).array()

const AboveRow = z.object({
  grantId: GrantId,
  state: GrantStateRow,
  expires: time,
  agent: z.object({
    ...{ id: AgentId, suspended: time.nullable(), identities: Identities },
    ...{ owners: PersonId.array(), rev: z.number() },
  }),
})

/** What is read at the moment of asking, beside what the grant is. */
const Read = z.object({
  id: z.string(),
  now: z.date(),
  policyVersion: PolicySetVersion.nullable(),
  grant: z.string(),
})

const Row = z.object({
  grantId: GrantId,
  requestId: RequestId,
  tenantId: TenantId,
  environment: z.string(),
  state: GrantStateRow,
  expires: time,
  decisionIds: DecisionId.array(),
  version: z.number(),
  goalCategory: z.string(),
  askedSeconds: z.number(),
  durationSeconds: z.number(),
  uses: z.number().nullable(),
  status: StatusPlace.nullable(),
  breakGlass: z.boolean(),
  agentId: AgentId,
  agentTenantId: TenantId,
  slug: z.string(),
  purpose: z.string(),
  environments: z.string().array(),
  suspended: time.nullable(),
  agentRev: z.number(),
  owners: PersonId.array(),
  identities: Identities,
  requesterId: PersonId,
  issuer: z.string(),
  subject: z.string(),
  disabled: time.nullable(),
  roles: Role.array(),
  sameAccount: PersonId.array(),
  grantedBy: z.string().array(),
  scopes: Scope.array(),
  votes: VoteRow.array(),
  memberships: MembershipRow.array(),
  /** Seats that count in a group which their own is inside of. */
  nested: MembershipRow.array(),
  hours: WorkingHours,
  hoursRev: z.number(),
  above: AboveRow.array(),
  /** Of a grant below another: whom the signatures its root stands on count for. */
  delegation: DelegationRow.nullable(),
})

const list = (query: string) => `(select coalesce(json_agg(x), '[]') from (${query}) x)`
const texts = (query: string) => `array(${query})`

const identitiesOf = (agent: string) =>
  list(
    `select trust_domain as "trustDomain", workload from agent_identity where agent_id = ${agent}.id order by added, id`,
  )

const ownersOf = (agent: string) => texts(`select person_id from agent_owner where agent_id = ${agent}.id`)

// A grant that stands below none has no row there: one probe of an index.
const ABOVE = list(`select u.id as "grantId", u.state, u.expires,
    json_build_object('id', b.id, 'suspended', b.suspended, 'rev', b.rev, 'identities', ${identitiesOf('b')},
      'owners', ${ownersOf('b')}) as agent
  from child_grant k cross join unnest(k.above) with ordinality as up(id, nth)
  join permission_grant u on u.id = up.id join agent b on b.id = u.agent_id
  where k.grant_id = g.id order by up.nth`)

// Whose signatures may count: those of its own request, or of its root's where that names sub-agents.
const SIGNED = 'request_id = coalesce(root.request_id, r.id) and version = coalesce(root.version, r.version)'

const VOTERS = `select unnest(array[person_id, deputy_for]) from approval where ${SIGNED}`

// One question for whole grants. Votes of the request's present version only, and of the groups only who voted.
const GRANT = `select g.id as "grantId", g.request_id as "requestId", g.tenant_id as "tenantId", g.environment, g.state, g.expires,
  g.decision_ids as "decisionIds", coalesce(root.version, r.version) as version, r.goal_category as "goalCategory",
  coalesce(root.duration_seconds, r.duration_seconds) as "askedSeconds", root.delegation,
  coalesce(g.duration_seconds, r.duration_seconds) as "durationSeconds", g.uses,
  (select json_build_object('list', list, 'idx', idx) from grant_status where grant_id = g.id) as status,
  exists (select 1 from break_glass where request_id = r.id) as "breakGlass",
  a.id as "agentId", a.tenant_id as "agentTenantId", a.slug, a.purpose, a.environments, a.suspended,
  a.rev as "agentRev", p.id as "requesterId", p.issuer, p.subject, p.disabled,
  ${ownersOf('a')} as owners,
  ${identitiesOf('a')} as identities,
  ${texts('select role from role_holding where person_id = p.id and tenant_id = g.tenant_id')} as roles,
  ${texts('select id from person where issuer = p.issuer and subject = p.subject and id <> p.id')}
    as "sameAccount",
  ${texts(`select given_by from role_holding where person_id = p.id and tenant_id = g.tenant_id and role = 'requester'`)}
    as "grantedBy",
  ${list(`select scope_id as id, tenant_id as "tenantId", action, resource, sensitivity,
      data_domain as "dataDomain", max_seconds as "maxSeconds", server_id as "serverId",
      server_name as "serverName", server_identifier as "serverIdentifier", server_type as "serverType",
      asks_online as "asksOnline"
      from grant_scope where grant_id = g.id order by action, resource`)} as scopes,
  ${list(`select person_id as "personId", tenant_id as "tenantId", stage, version, verdict, signed, cut,
      deputy_for as "deputyFor", escalated_to as "escalatedTo", credential_id is not null as passkey,
      coalesce(same_device, false) as "sameDevice" from approval where ${SIGNED}`)} as votes,
  case when exists (${VOTERS}) then ${list(`select u.tenant_id as "tenantId", u.slug as stage, m.person_id as "personId",
      m.added_by = m.person_id as "selfGiven", m.added, ${membershipRow('m')} as row
      from approver_group u join group_member m on m.group_id = u.id join person q on q.id = m.person_id
      where q.disabled is null
        and u.tenant_id in (select tenant_id from grant_scope where grant_id = g.id)
        and m.person_id in (${VOTERS})`)} else '[]' end as memberships,
  case when exists (${VOTERS}) then ${list(`select u.tenant_id as "tenantId", u.slug as stage, m.person_id as "personId",
      m.added_by = m.person_id or m.person_id = any(w.given_by) as "selfGiven",
      greatest(m.added, w.since) as added, ${nestedRow('m', 'w')} as row
      from group_reach w join approver_group u on u.id = w.outer_id join group_member m on m.group_id = w.inner_id
      join person q on q.id = m.person_id
      where q.disabled is null
        and u.tenant_id in (select tenant_id from grant_scope where grant_id = g.id)
        and m.person_id in (${VOTERS})`)} else '[]' end as nested,
  (select json_build_object('timeZone', time_zone, 'days', work_days, 'fromHour', work_from, 'untilHour', work_until)
    from tenant where id = g.tenant_id) as hours,
  (select hours_rev from tenant where id = g.tenant_id) as "hoursRev",
  ${ABOVE} as above
  from request r
  left join lateral (select q.id as request_id, q.version, q.duration_seconds, o.delegation
    from child_grant k join permission_grant o on o.id = k.root_id join request q on q.id = o.request_id
    where k.grant_id = g.id and o.delegation is not null) root on true, agent a, person p
  where r.id = g.request_id and a.id = g.agent_id and p.id = g.requester_id`

// The ids come as JSON: with an array PostgreSQL would plan all of this anew for each length of it.
const FACTS = `select g.id, clock_timestamp() as now,
  (select version from policy_in_force where id = 1) as "policyVersion",
  (select row_to_json(whole)::text from (${GRANT}) as whole) as grant
  from json_array_elements_text($1::json) as asked(id) join permission_grant g on g.id = asked.id`

type GrantFacts = Omit<IssueFacts, 'now' | 'policyVersion'>

// Below another grant only those count that named whom it was handed on to.
function votesOf({ votes, above, agentId: id, identities, environment, delegation }: z.infer<typeof Row>) {
  if (above.length === 0) return votes
  return votesBelow(delegation, { chain: chainOf({ id, identities }, above), environment }, votes)
}

function factsOfRow(row: z.infer<typeof Row>): GrantFacts {
  const { scopes, sameAccount, grantedBy, hours, hoursRev, above } = row
  const votes = votesOf(row)
  const memberships = votes.length > 0 ? [...row.memberships, ...row.nested] : []
  const { requestId, tenantId, environment, state, expires, version, goalCategory } = row
  const { slug, purpose, environments, owners, suspended, identities } = row
  const { issuer, subject, disabled, roles } = row
  return {
    grant: {
      id: row.grantId,
      status: row.status,
      requestId,
      tenantId,
      environment,
      state,
      expires,
      durationSeconds: row.durationSeconds,
      uses: row.uses,
      decisionIds: row.decisionIds,
    },
    request: { version, goalCategory, durationSeconds: row.askedSeconds, breakGlass: row.breakGlass },
    agent: {
      id: row.agentId,
      tenantId: row.agentTenantId,
      ...{ slug, purpose, environments, owners, suspended, identities, rev: row.agentRev },
    },
    requester: { id: row.requesterId, issuer, subject, disabled, roles },
    ...{ scopes, votes, memberships, sameAccount, grantedBy, hours, hoursRev, above },
  }
}

const MAX_KEPT = 4096
type Kept = { text: string; facts: GrantFacts; read: Date; mayStand: boolean }
const kept = new Map<string, Kept>()

// Parsed again only when it reads differently.
function grantFactsOf({ id, now, grant: text }: z.infer<typeof Read>): GrantFacts {
  const known = kept.get(id)
  if (known?.text === text) {
    known.read = now
    return known.facts
  }
  const row = Row.parse(JSON.parse(text))
  const facts = factsOfRow(row)
  if (kept.size >= MAX_KEPT) kept.clear()
  // What stands on signatures or below another grant has more that can change: it is read each time.
  const mayStand = row.votes.length === 0 && row.above.length === 0 && !row.breakGlass
  kept.set(id, { text, facts, read: now, mayStand })
  return facts
}

/**
 * What was read within the last minute of a grant that stands on no signature and below no other, or null. Good for one
 * thing: to be decided on by what then holds every row of it that can change and finds it the same (`issueProblem`). It
 * refuses nobody: what is in the way, and what has changed, is read again.
 */
export function keptIssueFacts(
  id: string,
  at: { now: Date; policyVersion: PolicySetVersion | null },
): IssueFacts | null {
  const known = kept.get(id)
  if (!known?.mayStand || at.now.getTime() - known.read.getTime() > KEPT_SECONDS * 1000) return null
  return { ...known.facts, ...at }
}

/** What a credential for this grant is decided with, read after it was asked. Asks in flight share one question. */
export const findIssueFacts = readInBatches(async (ids: readonly string[]) => {
  const { rows } = await askTogether(FACTS, [JSON.stringify(ids)])
  const found = new Map<string, IssueFacts>()
  for (const row of Read.array().parse(rows)) {
    const { id, now, policyVersion } = row
    found.set(id, { now, policyVersion, ...grantFactsOf(row) })
  }
  return (id: string): IssueFacts | null => found.get(id) ?? null
})
