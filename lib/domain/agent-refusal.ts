import type { TrailEvent } from './events'
import type { AgentId, GrantId, PersonId, RequestId, TenantId } from './ids'
import type { WireReason } from './wire-reasons'

/** An agent that was turned away before it was looked at what it asks for, and the grant that it asked about, if any. */
export type AgentRefusal = {
  agent: { id: AgentId; tenantId: TenantId }
  reason: WireReason
  grant?: { id: GrantId; requestId: RequestId; tenantId: TenantId; requester: { id: PersonId } }
}

/** Its trace: whoever was stopped and goes on asking is counted by these. */
export const agentRefusedEvent = ({ agent, reason, grant }: AgentRefusal): TrailEvent => ({
  type: 'agent.refused',
  outcome: 'refused',
  tenantId: grant?.tenantId ?? agent.tenantId,
  agentId: agent.id,
  ...(grant ? { humanId: grant.requester.id, requestId: grant.requestId, grantId: grant.id } : {}),
  data: { reason },
})
