import type { Actor } from './access'
import { type Administrators, activeAdministrators } from './administrators'
import type { TrailEvent } from './events'
import type { PersonId, ProposalId, TenantId } from './ids'
import type { RefusalCode } from './refusals'

/** A proposal that nobody answers ends after this time. */
export const ANSWER_PROPOSAL_SECONDS = 7 * 24 * 60 * 60

export type ProposalState = 'open' | 'activated' | 'rejected' | 'withdrawn'

/** A change of the rules, of whatever kind, that waits for a second administrator. */
export type Proposal<Change> = {
  id: ProposalId
  tenantId: TenantId
  change: Change
  /** What was true of its subject when it was proposed, in words. */
  seen: string
  /** Whom it benefits. */
  gains: PersonId | null
  proposedBy: PersonId
  proposed: Date
  answerBy: Date
  state: ProposalState
}

export type ProposalAnswer = 'activate' | 'reject' | 'withdraw'

type Asked = Pick<Proposal<unknown>, 'state' | 'answerBy' | 'proposedBy' | 'gains'>

/** Expiry is a fact of time. */
export const isOpen = ({ state, answerBy }: Pick<Asked, 'state' | 'answerBy'>, now: Date): boolean =>
  state === 'open' && answerBy > now

/**
 * Why this administrator may not answer in this way, or null. Nobody activates their own proposal or their own gain,
 * and who proposed has to be an administrator still: a proposal is worth no more than the one who made it.
 */
export function answerProblem(
  by: PersonId,
  answer: ProposalAnswer,
  proposal: Asked,
  { administrators, now }: { administrators: Administrators; now: Date },
): RefusalCode | null {
  if (!isOpen(proposal, now)) return 'proposal_closed'
  const isOwn = proposal.proposedBy === by
  if (answer === 'withdraw') return isOwn ? null : 'not_allowed'
  if (isOwn) return 'own_proposal'
  if (answer === 'reject') return null
  if (proposal.gains === by) return 'own_gain'
  return activeAdministrators(administrators).includes(proposal.proposedBy) ? null : 'proposer_gone'
}

const TYPES = {
  activate: 'proposal.activated',
  reject: 'proposal.rejected',
  withdraw: 'proposal.withdrawn',
} as const satisfies Record<ProposalAnswer, TrailEvent['type']>

type Told = Pick<Proposal<{ kind: string }>, 'id' | 'tenantId' | 'change' | 'proposedBy'>

/** A proposal was made: what it would change, as it is now. */
export const madeEvent = (
  proposal: Told & Pick<Proposal<unknown>, 'answerBy'>,
  { of, before, after }: { of: string; before: string; after: string },
): TrailEvent => ({
  type: 'proposal.made',
  outcome: 'held',
  tenantId: proposal.tenantId,
  humanId: proposal.proposedBy,
  data: {
    proposal: proposal.id,
    change: proposal.change.kind,
    of,
    before,
    after,
    answerBy: proposal.answerBy.toISOString(),
  },
})

/** An answer to a proposal, as the trail remembers it. The change itself leaves its own event. */
export const answeredEvent = (
  by: PersonId,
  answer: ProposalAnswer,
  proposal: Told,
  isAlone = false,
): TrailEvent => ({
  type: TYPES[answer],
  outcome: answer === 'reject' ? 'refused' : 'done',
  tenantId: proposal.tenantId,
  humanId: by,
  data: {
    proposal: proposal.id,
    change: proposal.change.kind,
    proposedBy: proposal.proposedBy,
    ...(isAlone ? { single_administrator: true } : {}),
  },
})

/** The trace of an attempt to change the rules that was refused. */
export const ruleAttempt = (actor: Actor, act: string, reason: RefusalCode): TrailEvent => ({
  type: 'act.refused',
  outcome: 'refused',
  tenantId: actor.tenantId,
  humanId: actor.personId,
  data: { act, reason },
})
