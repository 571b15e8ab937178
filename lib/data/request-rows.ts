import { pool } from './database'
import type { scopeOfSnapshot } from './rows'
import { SNAPSHOT } from './snapshot-sql'

// A moment inside JSON is text.
export type ApprovalRow = {
  id: string
  personId: string
  personName: string | null
  tenantId: string
  stage: string
  version: number
  verdict: string
  signed: string
  reason: string | null
  cut: unknown
  note: string | null
  digest: string
  preimage: string
  deputyFor: string | null
  deputyForName: string | null
  escalatedTo: string | null
  credentialId: string | null
  sameDevice: boolean | null
}

export type GrantRow = {
  id: string
  state: string
  opened: string
  expires: string
  ended: string | null
  endedBy: string | null
  endReason: string | null
  environment: string
  rev: number
  decisionIds: string[]
  scopeIds: string[]
  durationSeconds: number | null
  uses: number | null
  usesLeft: number | null
  delegation: unknown
}

export type RequestRow = {
  id: string
  tenantId: string
  requester: { id: string; name: string; issuer: string; subject: string } | null
  agent: {
    id: string
    tenantId: string
    slug: string
    purpose: string
    environments: string[]
    suspended: string | null
    rev: number
    owners: { personId: string }[]
    identities: { trustDomain: string; workload: string; environment: string | null }[]
  } | null
  templateId: string | null
  templateName: string | null
  filedFrom: string | null
  proposedUnder: string | null
  declineReason: string | null
  goal: string
  goalCategory: string
  justification: string
  ticket: string
  environment: string
  durationSeconds: number
  delegation: unknown
  state: string
  version: number
  rev: number
  stages: unknown
  policySet: string
  filed: Date
  decided: Date | null
  answerBy: Date
  waitEnds: Date | null
  nextMark: Date | null
  coolsUntil: Date | null
  digest: string
  decisionIds: string[]
  scopes: Parameters<typeof scopeOfSnapshot>[0][]
  approvals: ApprovalRow[]
  grant: GrantRow | null
}

const AGENT = `(select json_build_object('id', a.id, 'tenantId', a.tenant_id, 'slug', a.slug, 'purpose', a.purpose,
    'environments', a.environments, 'suspended', a.suspended, 'rev', a.rev,
    'owners', (select coalesce(json_agg(json_build_object('personId', o.person_id) order by o.person_id), '[]')
      from agent_owner o where o.agent_id = a.id),
    'identities', (select coalesce(json_agg(json_build_object('trustDomain', i.trust_domain, 'workload', i.workload,
      'environment', i.environment) order by i.added, i.id), '[]') from agent_identity i where i.agent_id = a.id))
  from agent a where a.id = r.agent_id)`

const APPROVALS = `(select coalesce(json_agg(json_build_object('id', v.id, 'personId', v.person_id, 'personName', p.name,
    'tenantId', v.tenant_id, 'stage', v.stage, 'version', v.version, 'verdict', v.verdict, 'signed', v.signed,
    'reason', v.reason, 'cut', v.cut, 'note', v.note, 'digest', v.digest, 'preimage', v.preimage,
    'deputyFor', v.deputy_for, 'deputyForName', d.name, 'escalatedTo', v.escalated_to,
    'credentialId', v.credential_id, 'sameDevice', v.same_device) order by v.signed), '[]')
  from approval v left join person p on p.id = v.person_id left join person d on d.id = v.deputy_for
  where v.request_id = r.id)`

const GRANT = `(select json_build_object('id', g.id, 'state', g.state, 'opened', g.opened, 'expires', g.expires,
    'ended', g.ended, 'endedBy', g.ended_by, 'endReason', g.end_reason, 'environment', g.environment, 'rev', g.rev,
    'decisionIds', g.decision_ids, 'durationSeconds', g.duration_seconds, 'uses', g.uses, 'usesLeft', g.uses_left,
    'delegation', g.delegation,
    'scopeIds', (select coalesce(json_agg(s.scope_id), '[]') from grant_scope s where s.grant_id = g.id))
  from permission_grant g where g.request_id = r.id)`

const WHOLE = `select r.id, r.tenant_id as "tenantId", r.template_id as "templateId", t.name as "templateName",
    r.filed_from as "filedFrom", r.proposed_under as "proposedUnder", r.decline_reason as "declineReason", r.goal,
    r.goal_category as "goalCategory", r.justification, r.ticket, r.environment,
    r.duration_seconds as "durationSeconds", r.delegation, r.state, r.version, r.rev, r.stages, r.policy_set as "policySet", r.filed,
    r.decided, r.answer_by as "answerBy", r.wait_ends as "waitEnds", r.next_mark as "nextMark",
    r.cools_until as "coolsUntil", r.digest, r.decision_ids as "decisionIds",
    (select json_build_object('id', q.id, 'name', q.name, 'issuer', q.issuer, 'subject', q.subject)
      from person q where q.id = r.requester_id) as requester,
    (select coalesce(json_agg(${SNAPSHOT}), '[]') from request_scope s where s.request_id = r.id) as scopes,
    ${AGENT} as agent, ${APPROVALS} as approvals, ${GRANT} as "grant"
  from request r left join template t on t.id = r.template_id`

/** Requests `r` of which this is true, with all that hangs on them, in one statement. */
export async function readRequestsWhere(where: string, values: readonly unknown[]): Promise<RequestRow[]> {
  return (await pool().query<RequestRow>(`${WHOLE} where ${where}`, [...values])).rows
}

/** The same, by their ids. */
export const readRequests = (ids: readonly string[]): Promise<RequestRow[]> =>
  readRequestsWhere('r.id = any($1)', [ids])
