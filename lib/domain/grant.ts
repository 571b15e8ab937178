import type { Actor } from './access'
import { CLEAN_TEXT } from './clean-text'
import type { TrailEvent } from './events'
import type { GrantId, RequestId } from './ids'
import type { GrantRecord, RequestRecord } from './request-record'
import { done, type Outcome, refused } from './result'
import { grantStatus } from './status'

export type GrantEnd = {
  state: 'completed' | 'revoked'
  ended: Date
  endedBy: string
  endReason: string | null
}

/** Why somebody takes a grant back. It may stay empty: revoking must never wait for words. */
export const RevokeReason = CLEAN_TEXT.max(1000, 'Keep the reason under 1,000 characters.').default('')

/** What an ended grant answers with. */
export type Ended = { grantId: GrantId; requestId: RequestId }

const TYPES = { completed: 'grant.completed', revoked: 'grant.revoked' } as const

/** A person ends a live grant: done, or revoked with a reason. What is over cannot end again. */
export function endGrant(
  actor: Actor,
  { request, grant }: { request: RequestRecord; grant: GrantRecord },
  to: 'completed' | 'revoked',
  facts: { reason: string | null; now: Date },
): Outcome<GrantEnd> {
  if (grantStatus(grant, facts.now) !== 'live') return refused('not_live')
  const event: TrailEvent = {
    type: TYPES[to],
    outcome: 'done',
    tenantId: request.tenantId,
    humanId: actor.personId,
    agentId: request.agent.id,
    requestId: request.id,
    grantId: grant.id,
    decisionIds: grant.decisionIds,
    data: { before: 'live', after: to, expires: grant.expires.toISOString() },
    ...(facts.reason ? { texts: { reason: facts.reason } } : {}),
  }
  return done({ state: to, ended: facts.now, endedBy: actor.personId, endReason: facts.reason }, event)
}
