import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findVisibleGrant } from '@/lib/data/grants'
import { endGrantRow } from '@/lib/data/write-grants'
import { type Actor, mayRevoke } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { type Ended, endGrant, RevokeReason } from '@/lib/domain/grant'
import { GrantId } from '@/lib/domain/ids'
import { attemptOf, partiesOf } from '@/lib/domain/request-record'
import { type Result, refusal, refused } from '@/lib/domain/result'

export const RevokeGrant = z.object({ grantId: GrantId, reason: RevokeReason })

/** Takes a grant back. From the commit on nothing is issued for it and introspection says no. */
export async function revokeGrant(
  actor: Actor,
  act: Act,
  input: z.infer<typeof RevokeGrant>,
): Promise<Result<Ended>> {
  const [found, now] = await Promise.all([findVisibleGrant(actor, input.grantId), databaseNow()])
  if (!found) return refusal('not_found')
  const { request, grant } = found
  if (!mayRevoke(actor, partiesOf(request)))
    return commit<never>(act, refused('not_allowed', attemptOf(actor, request, 'grant.revoke')))
  const outcome = endGrant(actor, found, 'revoked', { reason: input.reason || null, now })
  const { result } = outcome
  if (!result.ok) return result
  const written = await commit(act, outcome, (tx) => endGrantRow(tx, grant.id, result.value))
  return written.ok ? { ok: true, value: { grantId: grant.id, requestId: request.id } } : written
}
