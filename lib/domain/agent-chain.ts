import type { AgentId } from './ids'

/** Who a live grant of an agent goes through: the person, the agents above it, and those it was handed on to. */
export type GrantChain = {
  person: string
  above: readonly AgentStep[]
  /** Down each live grant below: the agents from the next one on. */
  below: readonly (readonly AgentStep[])[]
}

export type AgentStep = { id: AgentId; slug: string }

/** Somebody in the chain, with all that goes through them. A person at the top, agents below. */
export type ChainNode = {
  name: string
  /** Null for a person. */
  agentId: AgentId | null
  /** How many live grants this is. */
  grants: number
  below: readonly ChainNode[]
}

type Growing = Omit<ChainNode, 'below'> & { below: Growing[] }

/**
 * The chains of an agent's live grants as one graph, drawn as trees: whom it acts for at the top, itself, and below it whom
 * it has handed a part on to. Grants that go the same way are one path with their number.
 */
export function chainGraph(agent: AgentStep, chains: readonly GrantChain[]): ChainNode[] {
  const roots: Growing[] = []
  for (const { person, above, below } of chains) {
    const top = stepInto(roots, { id: null, slug: person })
    const own = goDown(top, [...above, agent])
    own.grants += 1
    for (const path of below) goDown(own, path).grants += 1
  }
  return sorted(roots)
}

function stepInto(among: Growing[], { id, slug }: { id: AgentId | null; slug: string }): Growing {
  const known = among.find(({ agentId, name }) => agentId === id && name === slug)
  if (known) return known
  const made: Growing = { name: slug, agentId: id, grants: 0, below: [] }
  among.push(made)
  return made
}

const goDown = (from: Growing, path: readonly AgentStep[]): Growing =>
  path.reduce((at, step) => stepInto(at.below, step), from)

const sorted = (nodes: readonly Growing[]): ChainNode[] =>
  [...nodes]
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .map((node) => ({ ...node, below: sorted(node.below) }))
