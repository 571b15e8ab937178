import type { Verdict } from '@/lib/domain/question'
import type { DecisionRecord } from '@/lib/domain/request-record'

/** One determining policy of a request's decisions, with the scopes it decides. */
export type Rule = { id: string; says: string; verdict: Verdict; actions: string[] }

const SEVERITY = { refused: 0, held: 1, allowed: 2 } as const satisfies Record<Verdict, number>

type Ask = Pick<DecisionRecord, 'id' | 'asked' | 'made'>

/** The decisions the present version was filed with, the newest closing since, and every issue. */
export function decisionsByAsk<D extends Ask>(decisions: readonly D[], filedWith: readonly string[]) {
  const filed = decisions.filter(({ id }) => filedWith.includes(id))
  const since = Math.max(...filed.map(({ made }) => made.getTime()))
  const closings = decisions.filter(({ asked, made }) => asked === 'closed' && made.getTime() >= since)
  const last = Math.max(...closings.map(({ made }) => made.getTime()))
  return {
    filed,
    closed: closings.filter(({ made }) => made.getTime() === last),
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
