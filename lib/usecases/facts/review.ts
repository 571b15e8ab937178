import { findBreakGlass } from '@/lib/data/break-glass'
import { databaseNow } from '@/lib/data/clock'
import { findVotingFacts } from '@/lib/data/requests'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { type BreakGlass, breakGlassRefused, reviewPreimage, reviewProblem } from '@/lib/domain/break-glass'
import type { PolicySetVersion, RequestId } from '@/lib/domain/ids'
import type { RequestRecord } from '@/lib/domain/request-record'
import { type Outcome, refused } from '@/lib/domain/result'
import { type Text, textOf } from './break-glass'
import { settings } from './settings'

export type Reviewable = { request: RequestRecord; use: BreakGlass; now: Date }

/** The use of break-glass this person may review now, or the refusal with the trace it leaves. */
export async function gatherReview(
  actor: Actor,
  requestId: RequestId,
): Promise<Reviewable | { outcome: Outcome<never> }> {
  const request = await findVisibleRequest(actor, requestId)
  if (!request) return { outcome: refused('not_found') }
  const [use, facts, now] = await Promise.all([
    findBreakGlass(request.id),
    findVotingFacts(request),
    databaseNow(),
  ])
  const code = reviewProblem(actor, { request, facts, isOpen: use?.review === null, now })
  if (!code && use) return { request, use, now }
  const about = { requestId: request.id, agentId: request.agent.id }
  const reason = code ?? 'not_to_review'
  return { outcome: refused(reason, breakGlassRefused(actor, reason, about)) }
}

/** What a reviewer signs. */
export const reviewText = (
  actor: Actor,
  { request, use }: Reviewable,
  of: { nonce: string; policySet: PolicySetVersion },
): Text =>
  textOf(
    reviewPreimage({
      issuer: settings().issuer,
      request: { id: request.id, version: request.version },
      requester: request.requester.id,
      reviewer: actor.personId,
      breakGlass: use.digest,
      ...of,
    }),
  )
