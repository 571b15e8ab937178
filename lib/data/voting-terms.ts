import { z } from 'zod'
import { AgentId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { pool } from './database'
import { CutRow, StageRow, VoteVerdictRow } from './rows'

// What the rules of approval are asked with, and nothing else of a request.
const TERMS = `select r.id, r.agent_id as "agentId", r.tenant_id as "tenantId", r.version, r.stages,
    r.duration_seconds as "durationSeconds", r.requester_id as "requesterId", p.issuer, p.subject,
    array(select o.person_id from agent_owner o where o.agent_id = r.agent_id) as owners,
    array(select distinct s.tenant_id from request_scope s where s.request_id = r.id) as tenants,
    coalesce((select jsonb_agg(jsonb_build_object('personId', v.person_id, 'tenantId', v.tenant_id, 'stage', v.stage,
      'version', v.version, 'verdict', v.verdict, 'signed', v.signed, 'passkey', v.credential_id is not null,
      'sameDevice', coalesce(v.same_device, false), 'deputyFor', v.deputy_for, 'escalatedTo', v.escalated_to, 'cut', v.cut))
      from approval v where v.request_id = r.id), '[]') as votes
  from unnest($1::text[]) with ordinality as asked(id, at) join request r on r.id = asked.id
    join person p on p.id = r.requester_id order by asked.at`

const VoteRow = z.object({
  personId: PersonId,
  tenantId: TenantId,
  stage: z.string(),
  version: z.number(),
  verdict: VoteVerdictRow,
  signed: z.coerce.date(),
  passkey: z.boolean(),
  sameDevice: z.boolean(),
  deputyFor: PersonId.nullable(),
  escalatedTo: z.string().nullable(),
  cut: CutRow.nullable(),
})

const TermsRow = z
  .object({
    id: RequestId,
    agentId: AgentId,
    tenantId: TenantId,
    version: z.number(),
    stages: StageRow.array(),
    durationSeconds: z.number(),
    requesterId: PersonId,
    issuer: z.string(),
    subject: z.string(),
    owners: PersonId.array(),
    tenants: TenantId.array(),
    votes: VoteRow.array(),
  })
  .transform(({ agentId, owners, requesterId, issuer, subject, tenants, votes, ...terms }) => ({
    ...terms,
    agent: { id: agentId, owners },
    requester: { id: requesterId, issuer, subject },
    scopes: tenants.map((tenantId) => ({ tenantId })),
    approvals: votes,
  }))

/** Of these requests, in their order, what decides who may sign them: one query, however many there are. */
export async function listVotingTerms(ids: readonly string[]) {
  const { rows } = await pool().query(TERMS, [ids])
  return TermsRow.array().parse(rows)
}
