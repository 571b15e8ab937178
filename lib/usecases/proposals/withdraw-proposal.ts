import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { answerProposal } from '@/lib/data/write-proposals'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ProposalId } from '@/lib/domain/ids'
import { type Result, refusal } from '@/lib/domain/result'
import { gatherClosing } from '../facts/closing-proposal'

export const WithdrawProposal = z.object({ proposalId: ProposalId })
export type WithdrawProposal = z.infer<typeof WithdrawProposal>

/** Takes back a change that one proposed oneself. Nothing is changed. */
export async function withdrawProposal(
  actor: Actor,
  act: Act,
  { proposalId }: WithdrawProposal,
): Promise<Result<{ proposalId: ProposalId }>> {
  const closing = await gatherClosing(actor, proposalId, 'withdraw')
  if (!closing) return refusal('not_found')
  const { proposal, outcome, now } = closing
  return commit(act, outcome, (tx) =>
    answerProposal(tx, proposal, 'withdrawn', { by: actor.personId, at: now }),
  )
}
