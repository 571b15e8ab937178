import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit, expectMany } from '@/lib/data/commit'
import { findLiveSignIns } from '@/lib/data/people'
import { endSignInsOf } from '@/lib/data/write-sign-ins'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { PersonId } from '@/lib/domain/ids'
import { done, type Result, refusal } from '@/lib/domain/result'
import { endedEvent, endedRestEvent } from '@/lib/domain/sign-in'
import { mayEndSignIns } from '@/lib/usecases/facts/may-end-sign-ins'

export const EndSignIns = z.object({ personId: PersonId })

/** So many leave an event each. The others are counted in one. */
const MOST_NAMED = 100

/**
 * Ends every sign-in of one's own but the one in use, or as administrator every sign-in of somebody of the tenant: for
 * a lost laptop, and for a cookie that somebody may have copied.
 */
export async function endSignIns(
  actor: Actor,
  act: Act,
  { personId }: z.infer<typeof EndSignIns>,
): Promise<Result<{ ended: number }>> {
  if (!(await mayEndSignIns(actor, personId))) return refusal('not_found')
  const now = await databaseNow()
  const but = actor.signInId
  const { count, newest } = await findLiveSignIns({ personId, but, now }, MOST_NAMED)
  const whose = { tenantId: actor.tenantId, personId, by: actor.personId }
  const named = newest.map((id) => endedEvent(id, whose))
  const rest = count > newest.length ? [endedRestEvent(count - newest.length, whose)] : []
  return commit(act, done({ ended: count }, ...named, ...rest), async (tx) => {
    // Another was opened or ended meanwhile: the events would not say what was done.
    expectMany(await endSignInsOf(tx, { personId, but }, now), count)
  })
}
