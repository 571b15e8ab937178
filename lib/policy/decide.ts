import type { Answer, PolicyNote, Question, StageDemand } from '@/lib/domain/question'
import { strictestDemand } from '@/lib/domain/stages'
import { NO_POLICY_ALLOWS } from './annotations'
import { askEngine, type Checking } from './engine'
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

function addDemand(stages: Map<string, StageDemand>, demand: StageDemand) {
  const known = stages.get(demand.name)
  stages.set(demand.name, known ? strictestDemand(known, demand) : demand)
}

function ask(set: LoadedPolicySet, input: EngineInput, checking: Checking): Asked {
  const { decision, reasons, errors } = askEngine(set, input, checking)
  const entries = reasons.flatMap((id) => set.entries.get(id) ?? [])
  const strange =
    entries.length === reasons.length ? [] : ['The engine named a policy that is not in the set.']
  return {
    allowed: decision === 'allow' && strange.length === 0,
    reasons: entries,
    errors: [...errors, ...strange],
  }
}

function refusal(asked: Asked): Conclusion {
  const hard = asked.reasons.filter(({ demand }) => demand === null)
  const forbids = (hard.length > 0 ? hard : asked.reasons).filter(({ effect }) => effect === 'forbid')
  const policies = forbids.length > 0 || asked.errors.length > 0 ? notesOf(forbids) : [NOBODY_ALLOWS]
  return { verdict: 'refused', stages: [], policies, errors: asked.errors }
}

type Conclusion = Pick<Answer, 'verdict' | 'stages' | 'policies' | 'errors'>
type Climb = { assumed: Set<string>; stages: Map<string, StageDemand>; lifting: Set<PolicyEntry> }

/** Adds the stages of a denial. False when it adds none, or when any of its reasons is no stage. */
function climb(asked: Asked, { assumed, stages, lifting }: Climb): boolean {
  const demands = asked.reasons.flatMap(({ demand }) => demand ?? [])
  if (asked.errors.length > 0 || demands.length !== asked.reasons.length) return false
  const fresh = demands.filter(({ name }) => !assumed.has(name))
  for (const demand of fresh) addDemand(stages, demand)
  for (const { name } of fresh) assumed.add(name)
  for (const entry of asked.reasons) lifting.add(entry)
  return fresh.length > 0
}

// A forbid may show only once another stage is signed, when its own stage is assumed already and hides it.
function addHiddenDemands({ assumed, stages, lifting }: Climb, askWith: (approvals: Set<string>) => Asked) {
  if (stages.size < 2) return
  for (const name of [...stages.keys()]) {
    const others = new Set(assumed)
    others.delete(name)
    for (const entry of askWith(others).reasons) {
      if (entry.demand?.name !== name) continue
      addDemand(stages, entry.demand)
      lifting.add(entry)
    }
  }
}

const withApprovals = (input: EngineInput, approvals: Set<string>): EngineInput =>
  input.context.approvals === undefined && approvals.size === 0
    ? input
    : { ...input, context: { ...input.context, approvals: [...approvals] } }

function fixpoint(set: LoadedPolicySet, input: EngineInput, checking: Checking): Conclusion {
  const state: Climb = {
    assumed: new Set(input.context.approvals ?? []),
    stages: new Map(),
    lifting: new Set(),
  }
  const askWith = (approvals: Set<string>) => ask(set, withApprovals(input, approvals), checking)
  let asked = askWith(state.assumed)
  while (!asked.allowed) {
    if (!climb(asked, state)) return refusal(asked)
    asked = askWith(state.assumed)
  }
  if (state.stages.size === 0)
    return { verdict: 'allowed', stages: [], policies: notesOf(asked.reasons), errors: [] }
  addHiddenDemands(state, askWith)
  const stages = [...state.stages.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1))
  return { verdict: 'held', stages, policies: notesOf(state.lifting), errors: [] }
}

const inputFor = (set: LoadedPolicySet, question: Question) =>
  inputOf(question, set.actions.get(question.scope.action)?.groups ?? [], set.knowsWorkingHours)

// What was checked at activation is what agents may be asked about, and nothing else is asked as built.
function sealFor(set: LoadedPolicySet, question: Question): ReadInput {
  const sealed = sealInput(inputFor(set, question))
  const { action } = question.scope
  return set.actions.get(action)?.isOfAgents === false
    ? { problem: `The schema does not know agents with the action ${action}.`, text: sealed.text }
    : sealed
}

/** The answer to an input already sealed or read back. Nothing is remembered here. */
export function answerTo(set: LoadedPolicySet, read: ReadInput, checking: Checking): Answer {
  const about = { input: read.text, policySet: set.version }
  if ('problem' in read)
    return { verdict: 'refused', stages: [], policies: [], errors: [read.problem], ...about }
  return { ...fixpoint(set, read.input, checking), ...about }
}

/**
 * Decides one question (DESIGN 5). Starts from `question.approvals`, which only grow: a denial whose determining
 * policies are all forbids with `@approval` adds their stages and is asked again. Stops at an allow (held when
 * stages were added, with the strictest quorum named for each, in `@order`), at a denial that adds none, at any
 * reason without a stage, at any error (refused). Only entities of the question reach the engine. Failure, an
 * erring policy, an unknown action, a number outside ±2^53 are refusals with `errors`.
 */
export function decide(set: LoadedPolicySet, question: Question): Answer {
  const read = sealFor(set, question)
  return remembered(`fixpoint ${set.version} ${read.text}`, () => answerTo(set, read, 'as-built'))
}
