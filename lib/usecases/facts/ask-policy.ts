import { newId } from '@/lib/data/new-id'
import type { Role } from '@/lib/domain/access'
import type { Agent } from '@/lib/domain/agent'
import { type Exclusions, type Membership, satisfiedStages, type Vote } from '@/lib/domain/approval'
import type { PersonId } from '@/lib/domain/ids'
import type { Answer, Question } from '@/lib/domain/question'
import type { ScopeDecision } from '@/lib/domain/request'
import type { Scope } from '@/lib/domain/scope'
import { covers } from '@/lib/domain/terms'
import { isWorkingHour, type WorkingHours } from '@/lib/domain/working-hours'
import { decide } from '@/lib/policy/decide'
import type { LoadedPolicySet } from '@/lib/policy/load'
import { sha256 } from '@/lib/trail/hash'

export type TaskTerms = {
  agent: Agent
  requester: { id: PersonId; roles: readonly Role[] }
  scopes: readonly Scope[]
  goalCategory: string
  durationSeconds: number
  environment: string
  approvedEnvironment: string
  hours: WorkingHours
  now: Date
  /** Only from what is stored and signed with a passkey, never from the wire. */
  breakGlass?: boolean
}

/** One question per scope, with no stage satisfied. */
export const questionsOf = ({ agent, scopes, hours, breakGlass = false, ...terms }: TaskTerms): Question[] =>
  scopes.map((scope) => ({
    ...terms,
    agent: {
      id: agent.id,
      slug: agent.slug,
      tenantId: agent.tenantId,
      owners: agent.owners,
      environments: agent.environments,
    },
    scope,
    breakGlass,
    workingHours: isWorkingHour(hours, terms.now),
    approvals: [],
  }))

/** A decision that is not one yet: each that is stored has an id of its own. */
export type ScopeAnswer = Omit<ScopeDecision, 'id'>

const answerOf = (scope: Scope, answer: Answer): ScopeAnswer => ({
  scope,
  answer,
  inputDigest: sha256(answer.input).toString('hex'),
})

/** Decisions of their own with these answers. */
export const decisionsOf = (answers: readonly ScopeAnswer[]): ScopeDecision[] =>
  answers.map(({ scope, answer, inputDigest }) => ({ id: newId('DecisionId'), scope, answer, inputDigest }))

/** One decision per scope, asked with no approvals: what filing and editing store. */
export const decideScopes = (set: LoadedPolicySet, terms: TaskTerms): ScopeDecision[] =>
  decisionsOf(questionsOf(terms).map((question) => answerOf(question.scope, decide(set, question))))

export type Votes = {
  version: number
  votes: readonly Vote[]
  memberships: readonly Membership[]
  exclusions: Exclusions
}

/**
 * Asks with the approvals as evidence. What counts as approved is computed: policy is first asked with none, and of
 * the stages it demands for this very question those are satisfied whose quorum the votes meet now. A signature that
 * struck this scope or gave it for less time is no evidence for it.
 */
export function askWithVotes(set: LoadedPolicySet, question: Question, votes: Votes): Answer {
  const bare = decide(set, { ...question, approvals: [] })
  if (bare.verdict !== 'held') return bare
  const { scope, durationSeconds } = question
  const demands = bare.stages.map((stage) => ({ ...stage, tenantId: scope.tenantId }))
  const covering = votes.votes.filter(({ cut }) => covers(cut, { scopeId: scope.id, durationSeconds }))
  const approvals = satisfiedStages(demands, scope.tenantId, { ...votes, votes: covering })
  return decide(set, { ...question, approvals })
}

/** One answer per scope, asked with the votes: what closing a stage and issuing a credential store as decisions. */
export const answerScopesWithVotes = (set: LoadedPolicySet, terms: TaskTerms, votes: Votes): ScopeAnswer[] =>
  questionsOf(terms).map((question) => answerOf(question.scope, askWithVotes(set, question, votes)))

export const decideScopesWithVotes = (
  set: LoadedPolicySet,
  terms: TaskTerms,
  votes: Votes,
): ScopeDecision[] => decisionsOf(answerScopesWithVotes(set, terms, votes))
