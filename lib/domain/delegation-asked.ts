import { type Agent, agentIdentity } from './agent'
import { type Delegation, delegationOf, delegationToSign } from './delegation'
import type { JsonObject } from './json'
import type { SubmitRequest } from './request'
import type { Refusal } from './result'

/** The sub-agents a request names, as they are now, or why it cannot name them. */
export function delegationAsked(
  input: Pick<SubmitRequest, 'agentId' | 'environment' | 'subAgentIds' | 'subAgentDepth'>,
  agents: readonly Agent[],
): { delegation: Delegation | null } | Refusal {
  const { subAgentIds = [], subAgentDepth = 1, environment } = input
  const named = agents.filter(({ id, suspended }) => subAgentIds.includes(id) && !suspended)
  if (named.length < subAgentIds.length || subAgentIds.includes(input.agentId))
    return {
      code: 'agent_unknown',
      fields: { subAgentIds: 'Choose other agents than the task’s own, from the list.' },
    }
  const subAgents = named.map(({ id, slug, identities }) => ({
    ...{ id, slug, identity: agentIdentity({ id, identities }, environment) },
  }))
  return { delegation: delegationOf(subAgents, subAgentDepth) }
}

/** The sub-agents that signatures count for, for the trail. */
export function delegationData(delegation: Delegation | null = null): JsonObject {
  const said = delegationToSign(delegation)
  return said ? { delegation: said } : {}
}
