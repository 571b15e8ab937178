import { findAgent } from '@/lib/data/agents'
import { findAgentByWorkload } from '@/lib/data/known-agents'
import type { Agent } from '@/lib/domain/agent'
import { AgentId, type TenantId } from '@/lib/domain/ids'
import { workloadOf } from '@/lib/domain/spiffe-workload'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'

/**
 * The agent of a tenant that another agent names: by the name it has here, or by its SPIFFE ID in the environment of the
 * task. Compared whole, and one of another tenant is as absent as one that does not exist.
 */
export async function findNamedAgent(
  tenantId: TenantId,
  environment: string,
  name: string,
): Promise<Agent | null> {
  const id = AgentId.safeParse(name)
  if (id.success) return findAgent(tenantId, id.data)
  const identity = parseSpiffeId(name)
  if (!identity) return null
  const known = await findAgentByWorkload(identity.trustDomain, workloadOf(identity))
  if (!known || (identity.environment ?? known.environment) !== environment) return null
  return findAgent(tenantId, known.agent.id)
}
