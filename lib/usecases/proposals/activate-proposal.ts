import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findProposal } from '@/lib/data/proposals'
import { holdAdministrators } from '@/lib/data/write-people'
import { answerProposal } from '@/lib/data/write-proposals'
import { writeRuleChange } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ProposalId } from '@/lib/domain/ids'
import { activationEvents } from '@/lib/domain/people-events'
import { answerProblem, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { weighRuleChange } from '../facts/rule-change'

export const ActivateProposal = z.object({
  proposalId: ProposalId,
  /** The version of its subject whose before and after were shown. */
  shown: z.coerce.number('Open the page again.').int('Open the page again.'),
})
export type ActivateProposal = z.infer<typeof ActivateProposal>

/** Puts a change in force that another administrator proposed. What was shown is what happens. */
export async function activateProposal(
  actor: Actor,
  act: Act,
  { proposalId, shown }: ActivateProposal,
): Promise<Result<{ proposalId: ProposalId }>> {
  const proposal = await findProposal(actor.tenantId, proposalId)
  if (!proposal) return refusal('not_found')
  if (!may(actor, 'proposal.decide'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'proposal.activate', 'not_allowed')))
  const weighed = await weighRuleChange(actor.tenantId, proposal.change)
  const { facts, leaves, now } = weighed
  const isGainer = weighed.gainers.includes(actor.personId)
  const problem =
    answerProblem(actor.personId, 'activate', proposal, { ...facts, now }) ?? (isGainer ? 'own_gain' : null)
  if (problem) return commit<never>(act, refused(problem, ruleAttempt(actor, 'proposal.activate', problem)))
  if (!weighed.effect.ok) return weighed.effect
  const effect = weighed.effect.value
  if (effect.rev !== shown) return refusal('changed_meanwhile')
  const { personId: by, tenantId } = actor
  const agreed = {
    effect,
    leaves,
    group: facts.group?.slug,
    webhook: facts.webhook,
    votes: weighed.votes,
    by,
    isAlone: false,
  }
  return commit(act, done({ proposalId }, ...activationEvents(proposal, agreed)), async (tx) => {
    await holdAdministrators(tx, actor, facts.administrators)
    await answerProposal(tx, proposal, 'activated', { by, at: now })
    await writeRuleChange(tx, proposal.change, { tenantId, effect, leaves, by, now })
  })
}
