import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { declineRow } from '@/lib/data/steps'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { type Result, refusal } from '@/lib/domain/result'
import { DeclineReason, declineStep } from '@/lib/domain/step'

export const DeclineRequest = z.object({ requestId: RequestId, reason: DeclineReason })

/** The human of an agent says no to what it proposed. Nothing is filed, and it cannot propose the same for a day. */
export async function declineRequest(
  actor: Actor,
  act: Act,
  { requestId, reason }: z.infer<typeof DeclineRequest>,
): Promise<Result<{ id: RequestId }>> {
  const [request, now] = await Promise.all([findVisibleRequest(actor, requestId), databaseNow()])
  if (!request) return refusal('not_found')
  return commit(act, declineStep({ actor, request, now }, reason), (tx) => declineRow(tx, request, reason))
}
