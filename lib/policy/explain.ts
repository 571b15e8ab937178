import type { Answer, Question, Verdict } from '@/lib/domain/question'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'
import { mergeStages, type Stage } from '@/lib/domain/stages'
import { decide } from './decide'
import type { LoadedPolicySet } from './load'

export type Summary = {
  verdict: Verdict
  /** The scopes that refuse the request. Empty unless refused. */
  refused: readonly Scope[]
  /** Per tenant and name, strictest quorum, in order. Empty unless held. */
  stages: readonly Stage[]
}

/** One answer for a whole request: one refused scope refuses it, otherwise the stages of all scopes together. */
export function summarise(answers: readonly { scope: Scope; answer: Answer }[]): Summary {
  const refused = answers.filter(({ answer }) => answer.verdict === 'refused').map(({ scope }) => scope)
  if (refused.length > 0 || answers.length === 0) return { verdict: 'refused', refused, stages: [] }
  const stages = mergeStages(answers.map(({ scope, answer }) => ({ tenantId: scope.tenantId, answer })))
  return { verdict: stages.length > 0 ? 'held' : 'allowed', refused, stages }
}

const SEVERITY = { allowed: 0, held: 1, refused: 2 } as const satisfies Record<Verdict, number>
const TIMES = [
  { says: 'For 1 hour', seconds: 3600 },
  { says: 'For 30 minutes', seconds: 1800 },
]

const stageLabel = (name: string) => {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const same = (a: Stage, b: Stage) => a.tenantId === b.tenantId && a.name === b.name

/** What is easier in the other case, or null when it is not easier. */
function easier(now: Summary, other: Summary): string | null {
  if (SEVERITY[other.verdict] > SEVERITY[now.verdict] || other.verdict === 'refused') return null
  if (now.verdict === 'refused')
    return other.verdict === 'allowed' ? 'policy would allow this at once.' : 'policy would not refuse this.'
  const known = (stage: Stage) => now.stages.find((candidate) => same(candidate, stage))
  if (other.stages.some((stage) => stage.quorum > (known(stage)?.quorum ?? 0))) return null
  const dropped = now.stages.filter((stage) => !other.stages.some((left) => same(left, stage)))
  if (dropped.length > 0) return `${listed(dropped.map(({ name }) => stageLabel(name)))} would not be asked.`
  const lowered = other.stages.find((stage) => stage.quorum < (known(stage)?.quorum ?? 0))
  if (!lowered) return null
  return `${stageLabel(lowered.name)} would be asked for ${lowered.quorum} instead of ${known(lowered)?.quorum}.`
}

type Neighbour = { says: string; isTime: boolean; questions: readonly Question[] }

function withoutOne(questions: readonly Question[]): Neighbour[] {
  if (questions.length < 2) return []
  return questions.map((left) => {
    const { action, resource } = left.scope
    const isAlone = questions.filter(({ scope }) => scope.action === action).length === 1
    const says = `Without ${isAlone ? action : `${action} on ${resourceLabel({ resource })}`}`
    return { says, isTime: false, questions: questions.filter((question) => question !== left) }
  })
}

// Longest first: a shorter time with the same effect is not worth saying.
const shorter = (questions: readonly Question[]): Neighbour[] =>
  TIMES.filter(({ seconds }) => questions.some(({ durationSeconds }) => durationSeconds > seconds)).map(
    ({ says, seconds }) => ({
      says,
      isTime: true,
      questions: questions.map((q) => ({ ...q, durationSeconds: Math.min(q.durationSeconds, seconds) })),
    }),
  )

function elsewhere(questions: readonly Question[]): Neighbour[] {
  const [first] = questions
  const others = first?.agent.environments.filter((environment) => environment !== first.environment) ?? []
  return others.map((environment) => ({
    says: `In ${environment}`,
    isTime: false,
    questions: questions.map((q) => ({ ...q, environment, approvedEnvironment: environment })),
  }))
}

/**
 * What would make this request easier, found by asking its neighbours: one scope less, a shorter time, another
 * environment of the agent. Questions are those of one request, one per scope. Sentences, easiest to read first.
 */
export function counterfactuals(set: LoadedPolicySet, questions: readonly Question[]): string[] {
  const summaryOf = (asked: readonly Question[]) =>
    summarise(asked.map((question) => ({ scope: question.scope, answer: decide(set, question) })))
  const now = summaryOf(questions)
  if (now.verdict === 'allowed') return []
  const times = new Set<string>()
  return [...withoutOne(questions), ...shorter(questions), ...elsewhere(questions)].flatMap((neighbour) => {
    const effect = easier(now, summaryOf(neighbour.questions))
    if (!effect || (neighbour.isTime && times.has(effect))) return []
    if (neighbour.isTime) times.add(effect)
    return [`${neighbour.says}, ${effect}`]
  })
}
