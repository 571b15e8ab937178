import type { Answer, PolicyNote, Question, StageDemand } from '@/lib/domain/question'
import { NO_POLICY_ALLOWS } from './annotations'
import { askEngine } from './engine'
import { type EngineInput, inputOf, type ReadInput, sealInput } from './input'
import type { LoadedPolicySet, PolicyEntry } from './load'
import { remembered } from './memo'

type Asked = { allowed: boolean; reasons: readonly PolicyEntry[]; errors: readonly string[] }

const NOBODY_ALLOWS: PolicyNote = {
  id: NO_POLICY_ALLOWS,
  effect: 'forbid',
  says: 'No policy allows this.',
  cedar: '',
}

const inReadingOrder = (entries: Iterable<PolicyEntry>) =>
  [...entries].sort((a, b) => a.position - b.position)

const notesOf = (entries: Iterable<PolicyEntry>): PolicyNote[] =>
  inReadingOrder(entries).map(({ id, effect, says, cedar }) => ({ id, effect, says, cedar }))

const strictest = (a: StageDemand, b: StageDemand): StageDemand => ({
  name: a.name,
  quorum: Math.max(a.quorum, b.quorum),
  order: Math.min(a.order, b.order),
  passkey: a.passkey || b.passkey,
})

function ask(set: LoadedPolicySet, input: EngineInput): Asked {
  const { decision, reasons, errors } = askEngine(set, input)
  const entries = reasons.flatMap((id) => set.entries.get(id) ?? [])
  const strange =
    entries.length === reasons.length ? [] : ['The engine named a policy that is not in the set.']
  return {
    allowed: decision === 'allow' && strange.length === 0,
    reasons: entries,
    errors: [...errors, ...strange],
  }
}

function refusal(asked: Asked): Pick<Answer, 'verdict' | 'stages' | 'policies' | 'errors'> {
  const hard = asked.reasons.filter(({ demand }) => demand === null)
  const forbids = (hard.length > 0 ? hard : asked.reasons).filter(({ effect }) => effect === 'forbid')
  const policies = forbids.length > 0 || asked.errors.length > 0 ? notesOf(forbids) : [NOBODY_ALLOWS]
  return { verdict: 'refused', stages: [], policies, errors: asked.errors }
}

type Climb = { assumed: Set<string>; stages: Map<string, StageDemand>; lifting: Set<PolicyEntry> }

/** Adds the stages of a denial. False when it adds none, or when any of its reasons is no stage. */
function climb(asked: Asked, { assumed, stages, lifting }: Climb): boolean {
  const demands = asked.reasons.flatMap(({ demand }) => demand ?? [])
  if (asked.errors.length > 0 || demands.length !== asked.reasons.length) return false
  const fresh = demands.filter(({ name }) => !assumed.has(name))
  for (const demand of fresh) {
    const known = stages.get(demand.name)
    stages.set(demand.name, known ? strictest(known, demand) : demand)
  }
  for (const { name } of fresh) assumed.add(name)
  for (const entry of asked.reasons) lifting.add(entry)
  return fresh.length > 0
}

function fixpoint(
  set: LoadedPolicySet,
  input: EngineInput,
): Pick<Answer, 'verdict' | 'stages' | 'policies' | 'errors'> {
  const state: Climb = { assumed: new Set(input.context.approvals), stages: new Map(), lifting: new Set() }
  for (;;) {
    const asked = ask(set, { ...input, context: { ...input.context, approvals: [...state.assumed] } })
    if (!asked.allowed && climb(asked, state)) continue
    if (!asked.allowed) return refusal(asked)
    const stages = [...state.stages.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1))
    if (stages.length > 0) return { verdict: 'held', stages, policies: notesOf(state.lifting), errors: [] }
    return { verdict: 'allowed', stages: [], policies: notesOf(asked.reasons), errors: [] }
  }
}

/** The answer to an input already sealed or read back. Nothing is remembered here. */
export function answerTo(set: LoadedPolicySet, read: ReadInput): Answer {
  const about = { input: read.text, policySet: set.version }
  if ('problem' in read)
    return { verdict: 'refused', stages: [], policies: [], errors: [read.problem], ...about }
  return { ...fixpoint(set, read.input), ...about }
}

/**
 * Decides one question (DESIGN 5). Starts from `question.approvals`, which only grow: a denial whose determining
 * policies are all forbids with `@approval` adds their stages and is asked again. Stops at an allow (held when
 * stages were added, with the strictest quorum named for each, in `@order`), at a denial that adds none, at any
 * reason without a stage, at any error (refused). Only entities of the question reach the engine. Failure, an
 * erring policy, an unknown action, a number outside ±2^53 are refusals with `errors`.
 */
export function decide(set: LoadedPolicySet, question: Question): Answer {
  const read = sealInput(inputOf(question))
  return remembered(`fixpoint ${set.version} ${read.text}`, () => answerTo(set, read))
}

/**
 * Asks once, with the approvals that are satisfied now and none assumed: `allowed` or `refused`, never `held`.
 * On a refusal the notes name what still stands, stages that are not signed included.
 */
export function askOnce(set: LoadedPolicySet, question: Question): Answer {
  const read = sealInput(inputOf(question))
  if ('problem' in read) return answerTo(set, read)
  return remembered(`once ${set.version} ${read.text}`, () => {
    const asked = ask(set, read.input)
    const about = { input: read.text, policySet: set.version }
    if (!asked.allowed) return { ...refusal(asked), ...about }
    return { verdict: 'allowed', stages: [], policies: notesOf(asked.reasons), errors: [], ...about }
  })
}

/**
 * The stages policy demands of this question today, signed or not, with the strictest quorum of each name. What
 * counts as approved is computed against these: ask here, compare votes, then `decide` with what is satisfied.
 */
export const stagesDemanded = (set: LoadedPolicySet, question: Question): readonly StageDemand[] =>
  decide(set, { ...question, approvals: [] }).stages
