import { GROUNDS_REV } from './kept-unmoved'
import { membershipRow, nestedRow } from './membership-row'

const list = (query: string) => `(select coalesce(json_agg(x), '[]') from (${query}) x)`
const texts = (query: string) => `array(${query})`

const identitiesOf = (agent: string) =>
  list(
    `select trust_domain as "trustDomain", workload, environment from agent_identity where agent_id = ${agent}.id order by added, id`,
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
  ${texts(`select k.scope_id from grant_scope k join scope x on x.id = k.scope_id
      join resource_server s on s.id = k.server_id
      where k.grant_id = g.id and (x.retired is not null or s.suspended is not null)`)} as stopped,
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

/**
 * What grants are, with everything a credential for each is decided with. The ids come as JSON: with an array PostgreSQL
 * would plan all of this anew for each length of it.
 */
export const FACTS = `select g.id, clock_timestamp() as now, ${GROUNDS_REV},
  (select version from policy_in_force where id = 1) as "policyVersion",
  (select row_to_json(whole)::text from (${GRANT}) as whole) as grant
  from json_array_elements_text($1::json) as asked(id) join permission_grant g on g.id = asked.id`
