import { newId } from '@/lib/data/new-id'
import { isProposed } from '@/lib/data/proposals'
import type { Actor } from '@/lib/domain/access'
import { type Administrators, isAlone } from '@/lib/domain/administrators'
import type { ProposalId } from '@/lib/domain/ids'
import type { OpenThings } from '@/lib/domain/open-things'
import type { Effect } from '@/lib/domain/people-change'
import { activationEvents } from '@/lib/domain/people-events'
import { madeEvent } from '@/lib/domain/proposal'
import { done, type Outcome, type Result, refusal } from '@/lib/domain/result'
import { openProposal, type RuleChange, type RuleProposal } from '@/lib/domain/rule-change'
import { weighRuleChange } from './rule-change'

export type Proposed = { proposalId: ProposalId; state: 'open' | 'activated' }

/** A proposal that can be written: what is answered and remembered, and what it was decided with. */
export type Prepared = {
  outcome: Outcome<Proposed>
  proposal: RuleProposal
  effect: Effect
  administrators: Administrators
  /** What somebody has open who loses their last role with it. */
  leaves: OpenThings | null
  now: Date
}

/**
 * What proposing a change of the rules to the other administrators comes to. Where there is no other, this one step puts it
 * in force, and the trail says so. Whether this person may propose it was asked before.
 */
export async function prepareProposal(actor: Actor, change: RuleChange): Promise<Result<Prepared>> {
  const { facts, now, effect: weighed, votes, leaves } = await weighRuleChange(actor.tenantId, change)
  if (!weighed.ok) return weighed
  if (await isProposed(actor.tenantId, change, now)) return refusal('already_proposed')
  const effect = weighed.value
  const proposal = openProposal(actor, change, { id: newId('ProposalId'), seen: effect.before, now })
  const common = { effect, leaves, administrators: facts.administrators, now }
  if (!isAlone(facts.administrators, actor.personId, now)) {
    const answer: Proposed = { proposalId: proposal.id, state: 'open' }
    return { ok: true, value: { ...common, proposal, outcome: done(answer, madeEvent(proposal, effect)) } }
  }
  const agreed = {
    ...{ effect, leaves, group: facts.group?.slug, webhook: null, votes },
    ...{ by: actor.personId, isAlone: true },
  }
  const answer: Proposed = { proposalId: proposal.id, state: 'activated' }
  const outcome = done(answer, ...activationEvents(proposal, agreed))
  return { ok: true, value: { ...common, proposal: { ...proposal, state: 'activated' }, outcome } }
}
