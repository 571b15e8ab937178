import type { AgentId, PersonId, TenantId } from './ids'

export type Agent = {
  id: AgentId
  tenantId: TenantId
  slug: string
  purpose: string
  environments: readonly string[]
  owners: readonly PersonId[]
  suspended: Date | null
  identities: readonly { trustDomain: string; workload: string }[]
  /** Moves with every change that decisions stand on: suspension, owners, environments, identities. */
  rev: number
}

/**
 * The agent's one canonical identity in an environment, as `may_act.sub`, `act.sub` and `client_id` say it: its SPIFFE ID,
 * or the name it has here, which outlives its keys.
 */
export function agentIdentity(agent: Pick<Agent, 'id' | 'identities'>, environment: string): string {
  const [identity] = agent.identities
  return identity ? `spiffe://${identity.trustDomain}/env/${environment}/${identity.workload}` : agent.id
}
