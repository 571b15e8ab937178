import { type Vote, validVotes } from '@/lib/domain/approval'
import type { PolicySetVersion } from '@/lib/domain/ids'
import type { IssueFacts } from '@/lib/domain/issue'
import type { ScopeDecision } from '@/lib/domain/request'
import type { Scope } from '@/lib/domain/scope'
import { coversUses } from '@/lib/domain/terms'
import { refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo } from '@/lib/domain/wire-result'
import { answeredAtIssue } from './answers-at-issue'
import { answerScopesWithVotes, decisionsOf, type ScopeAnswer, type Votes } from './ask-policy'
import { loadedPolicySet } from './policy-in-force'

export type AskedAtIssue = {
  decidedBy: PolicySetVersion
  decisions: readonly ScopeDecision[]
  refusal: WireNo | null
}

/**
 * Asks policy again (DESIGN 5 and 6): the set in force now, the environment its trust domain vouches for, and as
 * approvals only what the votes of this request, by people who are in the groups now, make of today's demands.
 * Throws when policy cannot answer: then nothing is issued, and nobody is told a reason that is not one.
 */
export async function askAtIssue(
  facts: IssueFacts,
  scopes: readonly Scope[],
  environment: string,
): Promise<AskedAtIssue> {
  const { policyVersion } = facts
  if (!policyVersion) throw new Error('No policy set is in force.')
  const set = await loadedPolicySet(policyVersion)
  const votes = standingVotes(facts)
  const ask = (where: string) =>
    answeredAtIssue(facts, { policyVersion, environment: where, scopes, votes }, () =>
      answerScopesWithVotes(set, termsOf(facts, scopes, where), seatedVotes(facts, votes)),
    )
  const decisions = decisionsOf(ask(environment))
  const inDoubt = decisions.find(({ answer }) => answer.errors.length > 0 && answer.policies.length === 0)
  if (inDoubt) throw new Error(`Policy could not decide: ${inDoubt.answer.errors.join(' ')}`)
  const refused = decisions.filter(({ answer }) => answer.verdict !== 'allowed')
  if (refused.length === 0) return { decidedBy: policyVersion, decisions, refusal: null }
  const { environment: approved } = facts.grant
  // Only the place is wrong when the same task would be allowed where it was approved for.
  const isPlace = environment !== approved && isAllowed(ask(approved))
  return { decidedBy: policyVersion, decisions, refusal: refusalOf(refused, isPlace) }
}

const isAllowed = (decisions: readonly ScopeAnswer[]) =>
  decisions.every(({ answer }) => answer.verdict === 'allowed')

const termsOf = (facts: IssueFacts, scopes: readonly Scope[], environment: string) => ({
  agent: facts.agent,
  requester: { id: facts.requester.id, roles: facts.requester.roles },
  scopes,
  goalCategory: facts.request.goalCategory,
  durationSeconds: facts.grant.durationSeconds,
  breakGlass: facts.request.breakGlass,
  environment,
  approvedEnvironment: facts.grant.environment,
  hours: facts.hours,
  now: facts.now,
})

/** The votes that count at this moment. */
const standingVotes = ({ votes, request, grant, now }: IssueFacts) =>
  validVotes(votes, request.durationSeconds, now).filter(({ cut }) => coversUses(cut, grant.uses))

const seatedVotes = (facts: IssueFacts, votes: readonly Vote[]): Votes => ({
  version: facts.request.version,
  votes,
  memberships: facts.memberships,
  exclusions: {
    requester: {
      personId: facts.requester.id,
      issuer: facts.requester.issuer,
      subject: facts.requester.subject,
    },
    // Whoever answers for an agent it went through would have signed for themselves.
    agentOwners: [facts.agent, ...facts.above.map(({ agent }) => agent)].flatMap(({ owners }) => owners),
    sameAccount: facts.sameAccount,
    grantedBy: facts.grantedBy,
  },
})

/** The refusal in the policies' own words, with their ids. */
function refusalOf(refused: readonly ScopeDecision[], isPlace: boolean): WireNo {
  const notes = refused.flatMap(({ answer }) => answer.policies)
  const says = [...new Set(notes.map((note) => note.says))].join(' ')
  const policies = [...new Set(notes.map(({ id }) => id))]
  return { ...refuseProof(isPlace ? 'environment_mismatch' : 'policy_refused', says || undefined), policies }
}
