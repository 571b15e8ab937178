import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { isProposed } from '@/lib/data/proposals'
import { holdAdministrators } from '@/lib/data/write-people'
import { insertProposal } from '@/lib/data/write-proposals'
import { writeRuleChange } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { isAlone } from '@/lib/domain/administrators'
import { HoursChange } from '@/lib/domain/hours-change'
import type { ProposalId } from '@/lib/domain/ids'
import { PeopleChange } from '@/lib/domain/people-change'
import { activationEvents } from '@/lib/domain/people-events'
import { madeEvent, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { openProposal } from '@/lib/domain/rule-change'
import { weighRuleChange } from '../facts/rule-change'

/** A webhook is proposed with its address, which is kept elsewhere: it has a use case of its own. */
export const ProposeRuleChange = z.discriminatedUnion('kind', [...PeopleChange.options, HoursChange])
export type ProposeRuleChange = z.infer<typeof ProposeRuleChange>

export type Proposed = { proposalId: ProposalId; state: 'open' | 'activated' }

/**
 * Proposes a change of people, roles, groups or working hours to the other administrators. Where there is no other, this
 * one step puts it in force, and the trail says so.
 */
export async function proposeRuleChange(
  actor: Actor,
  act: Act,
  change: ProposeRuleChange,
): Promise<Result<Proposed>> {
  if (!may(actor, change.kind === 'hours.set' ? 'hours.change' : 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'proposal.make', 'not_allowed')))
  const weighed = await weighRuleChange(actor.tenantId, change)
  const { facts, now } = weighed
  if (!weighed.effect.ok) return weighed.effect
  if (await isProposed(actor.tenantId, change, now)) return refusal('already_proposed')
  const effect = weighed.effect.value
  const proposal = openProposal(actor, change, { id: newId('ProposalId'), seen: effect.before, now })
  if (!isAlone(facts.administrators, actor.personId, now))
    return commit(
      act,
      done<Proposed>({ proposalId: proposal.id, state: 'open' }, madeEvent(proposal, effect)),
      (tx) => insertProposal(tx, proposal, null),
    )
  const { personId: by, tenantId } = actor
  const agreed = { effect, group: facts.group?.slug, webhook: null, votes: weighed.votes, by, isAlone: true }
  const answer: Proposed = { proposalId: proposal.id, state: 'activated' }
  return commit(act, done(answer, ...activationEvents(proposal, agreed)), async (tx) => {
    await holdAdministrators(tx, actor, facts.administrators)
    await insertProposal(tx, { ...proposal, state: 'activated' }, { by, at: now })
    await writeRuleChange(tx, change, { tenantId, effect, by, now })
  })
}
