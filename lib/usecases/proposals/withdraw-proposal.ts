import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { listAdministrators } from '@/lib/data/person-states'
import { findProposal } from '@/lib/data/proposals'
import { answerProposal } from '@/lib/data/write-proposals'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ProposalId } from '@/lib/domain/ids'
import { answeredEvent, answerProblem, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const WithdrawProposal = z.object({ proposalId: ProposalId })
export type WithdrawProposal = z.infer<typeof WithdrawProposal>

/** Takes back a change that one proposed oneself. Nothing is changed. */
export async function withdrawProposal(
  actor: Actor,
  act: Act,
  { proposalId }: WithdrawProposal,
): Promise<Result<{ proposalId: ProposalId }>> {
  const [proposal, administrators, now] = await Promise.all([
    findProposal(actor.tenantId, proposalId),
    listAdministrators(actor.tenantId),
    databaseNow(),
  ])
  if (!proposal) return refusal('not_found')
  const problem = may(actor, 'proposal.decide')
    ? answerProblem(actor.personId, 'withdraw', proposal, { administrators, now })
    : 'not_allowed'
  if (problem) return commit<never>(act, refused(problem, ruleAttempt(actor, 'proposal.withdraw', problem)))
  return commit(act, done({ proposalId }, answeredEvent(actor.personId, 'withdraw', proposal)), (tx) =>
    answerProposal(tx, proposal, 'withdrawn', { by: actor.personId, at: now }),
  )
}
