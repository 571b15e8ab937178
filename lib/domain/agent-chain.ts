import type { AgentId, PersonId } from './ids'

/** Who a live grant of an agent goes through: the person, the agents above it, and those it was handed on to. */
export type GrantChain = {
  person: { id: PersonId; name: string }
  above: readonly AgentStep[]
  /** Down each live grant below: the agents from the next one on. */
  below: readonly (readonly AgentStep[])[]
}

export type AgentStep = { id: AgentId; slug: string }

/** Somebody in the chain, with all that goes through them. A person at the top, agents below. */
export type ChainNode = {
  id: AgentId | PersonId
  kind: 'person' | 'agent'
  name: string
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
    const top = stepInto(roots, { kind: 'person', ...person })
    const own = goDown(top, [...above, agent])
    own.grants += 1
    for (const path of below) goDown(own, path).grants += 1
  }
  return sorted(roots)
}

function stepInto(among: Growing[], who: Pick<ChainNode, 'id' | 'kind' | 'name'>): Growing {
  const known = among.find(({ id }) => id === who.id)
  if (known) return known
  const made: Growing = { ...who, grants: 0, below: [] }
  among.push(made)
  return made
}

const goDown = (from: Growing, path: readonly AgentStep[]): Growing =>
  path.reduce((at, { id, slug }) => stepInto(at.below, { id, kind: 'agent', name: slug }), from)

const sorted = (nodes: readonly Growing[]): ChainNode[] =>
  [...nodes]
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .map((node) => ({ ...node, below: sorted(node.below) }))
