import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { isProposed, type PeopleProposal } from '@/lib/data/proposals'
import { insertProposal } from '@/lib/data/write-proposals'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { isAlone } from '@/lib/domain/administrators'
import type { ProposalId } from '@/lib/domain/ids'
import { gainsOf, PeopleChange } from '@/lib/domain/people-change'
import { ANSWER_PROPOSAL_SECONDS, madeEvent, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { activationEvents, writeActivation } from '../facts/activation'
import { weighPeopleChange } from '../facts/people-change'

export const ProposePeopleChange = PeopleChange

export type Proposed = { proposalId: ProposalId; state: 'open' | 'activated' }

const proposalOf = (
  { personId, tenantId }: Actor,
  change: PeopleChange,
  { seen, now }: { seen: string; now: Date },
): PeopleProposal => ({
  id: newId('ProposalId'),
  tenantId,
  change,
  seen,
  gains: gainsOf(change),
  proposedBy: personId,
  proposed: now,
  answerBy: new Date(now.getTime() + ANSWER_PROPOSAL_SECONDS * 1000),
  state: 'open',
})

/**
 * Proposes a change of people, roles or groups to the other administrators. Where there is no other, this one step
 * puts it in force, and the trail says so.
 */
export async function proposePeopleChange(
  actor: Actor,
  act: Act,
  change: PeopleChange,
): Promise<Result<Proposed>> {
  if (!may(actor, 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'proposal.make', 'not_allowed')))
  const weighed = await weighPeopleChange(actor.tenantId, change)
  const { facts, now } = weighed
  if (!weighed.effect.ok) return weighed.effect
  if (await isProposed(actor.tenantId, change, now)) return refusal('already_proposed')
  const effect = weighed.effect.value
  const proposal = proposalOf(actor, change, { seen: effect.before, now })
  if (!isAlone(facts.administrators, now))
    return commit(
      act,
      done<Proposed>({ proposalId: proposal.id, state: 'open' }, madeEvent(proposal, effect)),
      (tx) => insertProposal(tx, proposal, null),
    )
  const activating = { proposal, effect, weighed, by: actor.personId, isAlone: true }
  const answer: Proposed = { proposalId: proposal.id, state: 'activated' }
  return commit(act, done(answer, ...activationEvents(activating)), (tx) =>
    writeActivation(tx, activating, () =>
      insertProposal(tx, { ...proposal, state: 'activated' }, { by: actor.personId, at: now }),
    ),
  )
}
