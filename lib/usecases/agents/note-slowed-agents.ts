import { findAgentTenants } from '@/lib/data/agent-state'
import { commit } from '@/lib/data/commit'
import type { AgentId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'

/** Writes down that agents have used up their calls of this minute: one entry each, however often they go on. */
export async function noteSlowedAgents(agentIds: readonly AgentId[], limit: number): Promise<void> {
  if (agentIds.length === 0) return
  const agents = await findAgentTenants(agentIds)
  const events = agents.map(
    ({ id, tenantId }) =>
      ({
        type: 'agent.slowed',
        outcome: 'refused',
        tenantId,
        agentId: id,
        data: { callsPerMinute: limit },
      }) as const,
  )
  await commit({ via: 'authority' }, done(null, ...events))
}
