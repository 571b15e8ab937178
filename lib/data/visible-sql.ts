import { type Actor, may } from '@/lib/domain/access'
import type { Bind } from './trail-conditions'

/** `whereVisible` of the requests `r`, for questions Prisma has no words for or asks too dearly. */
export function isVisible(actor: Actor, bind: Bind): string {
  const tenant = bind(actor.tenantId)
  const touched = `(r.tenant_id = ${tenant}
    or exists (select 1 from request_scope s where s.request_id = r.id and s.tenant_id = ${tenant}))`
  if (may(actor, 'request.see_all')) return touched
  const me = bind(actor.personId)
  const ways = [
    `exists (select 1 from agent_owner o where o.agent_id = r.agent_id and o.person_id = ${me})`,
    ...(may(actor, 'request.see_groups') ? asApprover(actor, me, bind) : []),
  ]
  return `((r.requester_id = ${me} and r.tenant_id = ${tenant}) or (${touched} and (${ways.join(' or ')})))`
}

/** Whether a request `r` may be seen, one that an agent proposed included. Where there is a grant, it was confirmed. */
export function maySee(actor: Actor, bind: Bind): string {
  if (may(actor, 'request.see_proposed')) return isVisible(actor, bind)
  const isTold = `(r.proposed_under is null or r.decision_ids <> '{}' or r.requester_id = ${bind(actor.personId)})`
  return `(${isTold} and ${isVisible(actor, bind)})`
}

function asApprover({ groups }: Actor, me: string, bind: Bind): string[] {
  const stages = groups.flatMap(({ slug, tenantId }) => [
    JSON.stringify([{ name: slug, tenantId }]),
    JSON.stringify([{ tenantId, escalate: { to: slug } }]),
  ])
  return [
    `r.stages @> any(${bind(stages)}::jsonb[])`,
    `exists (select 1 from approval v where v.request_id = r.id and v.person_id = ${me})`,
  ]
}
