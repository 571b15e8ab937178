import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { answerProposal } from '@/lib/data/write-proposals'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ProposalId } from '@/lib/domain/ids'
import { type Result, refusal } from '@/lib/domain/result'
import { gatherClosing } from '../facts/closing-proposal'

export const RejectProposal = z.object({ proposalId: ProposalId })
export type RejectProposal = z.infer<typeof RejectProposal>

/** Says no to a change that another administrator proposed. Nothing is changed. */
export async function rejectProposal(
  actor: Actor,
  act: Act,
  { proposalId }: RejectProposal,
): Promise<Result<{ proposalId: ProposalId }>> {
  const closing = await gatherClosing(actor, proposalId, 'reject')
  if (!closing) return refusal('not_found')
  const { proposal, outcome, now } = closing
  return commit(act, outcome, (tx) =>
    answerProposal(tx, proposal, 'rejected', { by: actor.personId, at: now }),
  )
}
