import type { Verdict } from '@/lib/domain/question'
import type { DecisionRecord } from '@/lib/domain/request-record'

/** One determining policy of a request's decisions, with the scopes it decides. */
export type Rule = { id: string; says: string; verdict: Verdict; actions: string[] }

const SEVERITY = { refused: 0, held: 1, allowed: 2 } as const satisfies Record<Verdict, number>

type Ask = Pick<DecisionRecord, 'asked' | 'made'>

/** The decisions of the newest filing, the newest closing, and every issue. An edit files anew. */
export function decisionsByAsk<D extends Ask>(decisions: readonly D[]) {
  const newest = (asked: string) => {
    const own = decisions.filter((decision) => decision.asked === asked)
    const last = Math.max(...own.map(({ made }) => made.getTime()))
    return own.filter(({ made }) => made.getTime() === last)
  }
  const filed = newest('filed')
  const since = filed[0]?.made.getTime() ?? 0
  return {
    filed,
    closed: newest('closed').filter(({ made }) => made.getTime() >= since),
    issued: decisions.filter(({ asked }) => asked === 'issued'),
  }
}

/** The determining policies, those that refuse first, then those that hold, then those that allow. */
export function rulesOf(decisions: readonly DecisionRecord[]): Rule[] {
  const rules = new Map<string, Rule>()
  for (const { policyIds, says, verdict, action } of decisions)
    policyIds.forEach((id, index) => {
      const known = rules.get(`${verdict} ${id}`)
      const actions = [...new Set([...(known?.actions ?? []), action])]
      rules.set(`${verdict} ${id}`, { id, says: says[index] ?? id, verdict, actions })
    })
  return [...rules.values()].sort((a, b) => SEVERITY[a.verdict] - SEVERITY[b.verdict])
}
