import type { Waiting } from './approvals-table'

/** From here on requests of one agent fold into one group: they must not push the others out of sight. */
const MANY = 10

export type Flood = { agentSlug: string; waiting: readonly Waiting[] }

/** The requests that come one by one, and those of agents that wait with many, as they came. */
export function foldFloods(waiting: readonly Waiting[]): {
  single: readonly Waiting[]
  floods: readonly Flood[]
} {
  const byAgent = new Map<string, Waiting[]>()
  for (const one of waiting) {
    const { slug } = one.request.agent
    byAgent.set(slug, [...(byAgent.get(slug) ?? []), one])
  }
  const floods = [...byAgent]
    .filter(([, of]) => of.length >= MANY)
    .map(([agentSlug, of]) => ({ agentSlug, waiting: of }))
  const folded = new Set(floods.flatMap((flood) => flood.waiting))
  return { single: waiting.filter((one) => !folded.has(one)), floods }
}
