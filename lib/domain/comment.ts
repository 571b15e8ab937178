import { CLEAN_TEXT } from './clean-text'
import type { TrailEvent } from './events'
import type { CommentId, PersonId, RequestId, TenantId } from './ids'
import type { RequestRecord } from './request-record'

/** How many comments a request takes, and how many of them from one person: nobody shuts the others out. */
export const MOST_COMMENTS = 100
export const MOST_OF_ONE_PERSON = 40

export const CommentText = CLEAN_TEXT.min(1, 'Write something first.').max(
  2000,
  'Keep the comment under 2,000 characters.',
)

export type CommentRecord = {
  id: CommentId
  requestId: RequestId
  tenantId: TenantId
  personId: PersonId
  text: string
  written: Date
}

/** Words about a request, with what is said kept beside its commitment. */
export const commentedEvent = (
  { id, personId, text }: CommentRecord,
  request: Pick<RequestRecord, 'id' | 'tenantId' | 'agent' | 'grant' | 'version'>,
): TrailEvent => ({
  type: 'request.commented',
  outcome: 'done',
  tenantId: request.tenantId,
  humanId: personId,
  agentId: request.agent.id,
  requestId: request.id,
  ...(request.grant ? { grantId: request.grant.id } : {}),
  data: { comment: id, version: request.version },
  texts: { comment: text },
})
