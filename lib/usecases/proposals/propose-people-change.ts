import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { isProposed, type PeopleProposal } from '@/lib/data/proposals'
import { holdAdministrators, writePeopleChange } from '@/lib/data/write-people'
import { insertProposal } from '@/lib/data/write-proposals'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { isAlone } from '@/lib/domain/administrators'
import type { ProposalId } from '@/lib/domain/ids'
import { gainsOf, PeopleChange } from '@/lib/domain/people-change'
import { activationEvents } from '@/lib/domain/people-events'
import { ANSWER_PROPOSAL_SECONDS, madeEvent, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
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
  if (!isAlone(facts.administrators, actor.personId, now))
    return commit(
      act,
      done<Proposed>({ proposalId: proposal.id, state: 'open' }, madeEvent(proposal, effect)),
      (tx) => insertProposal(tx, proposal, null),
    )
  const { personId: by, tenantId } = actor
  const agreed = { effect, group: facts.group?.slug, votes: weighed.votes, by, isAlone: true }
  const answer: Proposed = { proposalId: proposal.id, state: 'activated' }
  return commit(act, done(answer, ...activationEvents(proposal, agreed)), async (tx) => {
    await holdAdministrators(tx, actor, facts.administrators)
    await insertProposal(tx, { ...proposal, state: 'activated' }, { by, at: now })
    await writePeopleChange(tx, change, { tenantId, effect, by, now })
  })
}
