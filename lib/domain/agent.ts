import type { AgentId, PersonId, TenantId } from './ids'
import { isPrefix, namedBy, type RegisteredWorkload, spiffeIdOf } from './spiffe-workload'

export type Agent = {
  id: AgentId
  tenantId: TenantId
  slug: string
  purpose: string
  environments: readonly string[]
  owners: readonly PersonId[]
  suspended: Date | null
  identities: readonly RegisteredWorkload[]
  /** Moves with every change that decisions stand on: suspension, owners, environments, identities. */
  rev: number
}

type Named = Pick<Agent, 'id' | 'identities'>

/** The `act` claim of RFC 8693 §4.1: who acts, and inside it whose grant it stands below. */
export type ActClaim = { sub: string; sub_profile: 'ai_agent'; act?: ActClaim }

/**
 * The agent that acts, outermost, and inside it each agent that handed the grant on. Only the outermost decides; the
 * others say how it came there.
 */
export function actingAgents(
  agent: Named,
  above: readonly { agent: Named }[],
  environment: string,
): ActClaim {
  const [parent, ...rest] = above
  return {
    sub: agentIdentity(agent, environment),
    sub_profile: 'ai_agent',
    ...(parent ? { act: actingAgents(parent.agent, rest, environment) } : {}),
  }
}

/**
 * The agent's one canonical identity in an environment, as `may_act.sub`, `act.sub` and `client_id` say it: the SPIFFE ID it
 * had first there, or the name it has here, which outlives its keys. A prefix is none: many workloads stand below it.
 */
export function agentIdentity(agent: Pick<Agent, 'id' | 'identities'>, environment: string): string {
  const identity = namedBy(agent.identities, environment)
  return identity ? spiffeIdOf(identity, environment) : agent.id
}

/** The same with its environment left open, as far as it has one in its name. */
export function agentFamily(agent: Named): string {
  const identity = agent.identities.find(({ workload }) => !isPrefix(workload))
  return identity ? spiffeIdOf(identity, '…') : agent.id
}
