import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { moveRequest } from '@/lib/data/write-requests'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { attemptOf } from '@/lib/domain/request-record'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { requestStatus } from '@/lib/domain/status'

export const WithdrawRequest = z.object({ requestId: RequestId })

/** The requester takes a waiting request back. Nobody can sign it from then on. */
export async function withdrawRequest(
  actor: Actor,
  act: Act,
  input: z.infer<typeof WithdrawRequest>,
): Promise<Result<{ id: RequestId }>> {
  const [request, now] = await Promise.all([findVisibleRequest(actor, input.requestId), databaseNow()])
  if (!request) return refusal('not_found')
  if (request.requester.id !== actor.personId)
    return commit<never>(act, refused('not_found', attemptOf(actor, request, 'request.withdraw')))
  if (requestStatus(request, request.grant, now) !== 'awaiting') return refusal('not_awaiting')
  const outcome = done(
    { id: request.id },
    {
      type: 'request.withdrawn',
      outcome: 'done',
      tenantId: request.tenantId,
      humanId: actor.personId,
      agentId: request.agent.id,
      requestId: request.id,
      decisionIds: request.decisionIds,
      data: { version: request.version },
    },
  )
  return commit(act, outcome, async (tx) => {
    await moveRequest(tx, request, { state: 'withdrawn', decided: now })
  })
}
