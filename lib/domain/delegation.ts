// The browser reads this too, so it stays without a schema library.
import { type Agent, agentIdentity } from './agent'
import { MAX_DEPTH } from './child-depth'
import type { AgentId } from './ids'

/** How many sub-agents one request may name. */
export const MAX_SUB_AGENTS = 8

/** A sub-agent as it was when the request was filed. Signatures are for this agent under this identity. */
export type SubAgent = { id: AgentId; slug: string; identity: string }

/** The sub-agents that signatures count for too, and at most how many levels below the request's grant. */
export type Delegation = { agents: readonly SubAgent[]; depth: number }

/** What one signature takes away of it. */
export type DelegationCut = { struck: readonly AgentId[]; depth: number }

export const delegationOf = (agents: readonly SubAgent[], depth: number): Delegation | null =>
  agents.length > 0 && depth > 0 ? { agents, depth } : null

/** What was asked of it, less what these signatures took away. It never depends on their order. */
export function delegationAfter(asked: Delegation | null, cuts: readonly DelegationCut[]): Delegation | null {
  if (!asked) return null
  const struck = new Set(cuts.flatMap((cut) => cut.struck))
  const left = asked.agents.filter(({ id }) => !struck.has(id))
  return delegationOf(left, Math.min(asked.depth, ...cuts.map(({ depth }) => depth)))
}

/** What signing this much of it takes away from what was asked, or null when it is all of it. */
export function delegationCutOf(asked: Delegation | null, signed: Delegation | null): DelegationCut | null {
  if (!asked) return null
  const depth = signed?.depth ?? asked.depth
  const struck = asked.agents.map(({ id }) => id).filter((id) => !names(signed, id))
  return struck.length === 0 && depth === asked.depth ? null : { struck, depth }
}

const names = (delegation: Delegation | null, id: AgentId) =>
  delegation?.agents.some((one) => one.id === id) ?? false

export const isSameDelegation = (a: Delegation | null, b: Delegation | null): boolean =>
  a === null || b === null
    ? a === b
    : a.depth === b.depth && a.agents.length === b.agents.length && a.agents.every(({ id }) => names(b, id))

/** What somebody would leave of it: no agent and no level that is not there, or nothing of that is left at all. */
export function delegationLeft(
  left: Delegation | null,
  { agentIds, depth }: { agentIds: readonly AgentId[]; depth: number },
): { delegation: Delegation | null } | 'beyond' {
  const agents = left?.agents.filter(({ id }) => agentIds.includes(id)) ?? []
  if (agents.length < new Set(agentIds).size || depth > (left?.depth ?? 0)) return 'beyond'
  return { delegation: delegationOf(agents, depth) }
}

type Chain = readonly Pick<Agent, 'id' | 'identities'>[]

/** The agents a grant went through: its own first, the one right below the request's grant last. */
export const chainOf = (agent: Chain[number], above: readonly { agent: Chain[number] }[]): Chain => [
  agent,
  ...above.slice(0, -1).map((one) => one.agent),
]

/**
 * The signatures that count for a grant which stands below that of their request: those that named every agent it went
 * through, under the identity it has now, and as many levels. What was granted has to name them too. Mostly there are none.
 */
export function votesBelow<V extends { cut: { delegation?: DelegationCut } | null }>(
  granted: Delegation | null,
  { chain, environment }: { chain: Chain; environment: string },
  votes: readonly V[],
): V[] {
  const isNamed = (agent: Chain[number]) =>
    granted?.agents.some((one) => one.id === agent.id && one.identity === agentIdentity(agent, environment))
  if (!granted || chain.length > granted.depth || !chain.every(isNamed)) return []
  return votes.filter(({ cut }) => {
    const { struck, depth } = cut?.delegation ?? { struck: [], depth: MAX_DEPTH }
    return chain.length <= depth && !chain.some(({ id }) => struck.includes(id))
  })
}

/** As it stands in what is signed: one set of agents has one digest. */
export const delegationToSign = (delegation: Delegation | null) =>
  delegation && {
    agents: delegation.agents
      .map(({ id, identity }) => ({ id, identity }))
      .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
    depth: delegation.depth,
  }
