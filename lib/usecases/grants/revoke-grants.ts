import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit, type Tx } from '@/lib/data/commit'
import { findVisibleGrant } from '@/lib/data/grants'
import { endGrantRow } from '@/lib/data/write-grants'
import { type Actor, mayRevoke } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import { endGrant, type GrantEnd, RevokeReason } from '@/lib/domain/grant'
import { GrantId } from '@/lib/domain/ids'
import { attemptOf, partiesOf } from '@/lib/domain/request-record'
import { type Result, refusal, refused } from '@/lib/domain/result'

export const RevokeGrants = z.object({
  grantIds: z.array(GrantId).min(1, 'Select at least one grant.').max(100, 'Select at most 100 grants.'),
  reason: RevokeReason,
})

/** Takes several grants back in one transaction: all of them, or none when one is not live or not theirs to revoke. */
export async function revokeGrants(
  actor: Actor,
  act: Act,
  input: z.infer<typeof RevokeGrants>,
): Promise<Result<{ revoked: GrantId[] }>> {
  const now = await databaseNow()
  const ids = [...new Set(input.grantIds)].sort()
  const ends: { id: GrantId; end: GrantEnd; events: readonly TrailEvent[] }[] = []
  for (const id of ids) {
    const found = await findVisibleGrant(actor, id)
    if (!found) return refusal('not_found')
    if (!mayRevoke(actor, partiesOf(found.request)))
      return commit<never>(act, refused('not_allowed', attemptOf(actor, found.request, 'grant.revoke')))
    const { result, events } = endGrant(actor, found, 'revoked', { reason: input.reason || null, now })
    if (!result.ok) return refusal('not_live', { says: `${id} is not live any more. Nothing was revoked.` })
    ends.push({ id, end: result.value, events })
  }
  const outcome = {
    result: { ok: true as const, value: { revoked: ids } },
    events: ends.flatMap(({ events }) => events),
  }
  return commit(act, outcome, (tx) => endAll(tx, ends))
}

// In the order of ids: whatever stands below another comes behind it, and may have ended with it by then.
async function endAll(
  tx: Tx,
  ends: readonly { id: GrantId; end: GrantEnd }[],
): Promise<readonly TrailEvent[]> {
  const chosen = new Set(ends.map(({ id }) => id))
  const ended = new Set<GrantId>()
  const below: TrailEvent[] = []
  for (const { id, end } of ends)
    if (!ended.has(id))
      for (const event of await endGrantRow(tx, id, end)) {
        if (event.grantId) ended.add(event.grantId)
        if (!event.grantId || !chosen.has(event.grantId)) below.push(event)
      }
  return below
}
