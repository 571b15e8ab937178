import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { insertComment } from '@/lib/data/comments'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { type Actor, mayComment } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { CommentText, commentedEvent } from '@/lib/domain/comment'
import { type CommentId, RequestId } from '@/lib/domain/ids'
import { attemptOf, partiesOf } from '@/lib/domain/request-record'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const CommentRequest = z.object({ requestId: RequestId, text: CommentText })

/** Says something about a request to everybody who may see it. It changes nothing of the request. */
export async function commentRequest(
  actor: Actor,
  act: Act,
  { requestId, text }: z.infer<typeof CommentRequest>,
): Promise<Result<{ id: CommentId }>> {
  const request = await findVisibleRequest(actor, requestId)
  if (!request) return refusal('not_found')
  if (!mayComment(actor, partiesOf(request)))
    return commit<never>(act, refused('not_found', attemptOf(actor, request, 'request.comment')))
  const id = newId('CommentId')
  const comment = {
    ...{ id, requestId, text, tenantId: request.tenantId },
    ...{ personId: actor.personId, written: await databaseNow() },
  }
  return commit(act, done({ id }, commentedEvent(comment, request)), (tx) => insertComment(tx, comment))
}
