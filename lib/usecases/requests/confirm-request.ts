import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { writeConfirmed } from '@/lib/data/write-confirmed'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { type Result, refusal } from '@/lib/domain/result'
import type { RequestState } from '@/lib/domain/status'
import { asProposed, confirmProblem } from '@/lib/domain/step'
import { gatherConfirming } from '../facts/confirming'
import { onceMore } from '../facts/filing'

export const ConfirmRequest = z.object({ requestId: RequestId, rev: z.coerce.number().int() })

/** The human of an agent takes what it proposed as their own, as it stands. It is filed now, and policy is asked now. */
export async function confirmRequest(
  actor: Actor,
  act: Act,
  { requestId, rev }: z.infer<typeof ConfirmRequest>,
): Promise<Result<{ id: RequestId; state: RequestState }>> {
  return onceMore(async () => {
    const [request, now] = await Promise.all([findVisibleRequest(actor, requestId), databaseNow()])
    if (!request) return refusal('not_found')
    const problem = confirmProblem({ actor, request, now })
    if (problem) return commit(act, problem)
    if (!may(actor, 'request.file')) return refusal('not_allowed')
    if (request.rev !== rev) return refusal('changed_meanwhile')
    const input = asProposed(request)
    if (!input.success) return refusal('invalid')
    const { outcome, toStore } = await gatherConfirming(actor, request, input.data)
    return toStore ? commit(act, outcome, (tx) => writeConfirmed(tx, toStore)) : commit(act, outcome)
  })
}
