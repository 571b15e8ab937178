import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { listLiveSignInIds, rolesOf } from '@/lib/data/people'
import { endSignInRow } from '@/lib/data/write-sign-ins'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { PersonId } from '@/lib/domain/ids'
import { done, type Result, refusal } from '@/lib/domain/result'
import { endedEvent } from '@/lib/domain/sign-in'

export const EndSignIns = z.object({ personId: PersonId })

/**
 * Ends every sign-in of one's own but the one in use, or as administrator every sign-in of somebody of the tenant: for
 * a lost laptop, and for a cookie that somebody may have copied.
 */
export async function endSignIns(
  actor: Actor,
  act: Act,
  { personId }: z.infer<typeof EndSignIns>,
): Promise<Result<{ ended: number }>> {
  if (!(await mayEnd(actor, personId))) return refusal('not_found')
  const now = await databaseNow()
  const live = (await listLiveSignInIds(personId, now)).filter((id) => id !== actor.signInId)
  const events = live.map((id) => endedEvent(id, { tenantId: actor.tenantId, personId, by: actor.personId }))
  return commit(act, done({ ended: live.length }, ...events), async (tx) => {
    for (const id of live) await endSignInRow(tx, id, now)
  })
}

const mayEnd = async (actor: Actor, personId: PersonId): Promise<boolean> =>
  personId === actor.personId ||
  (may(actor, 'sign_in.end_any') && (await rolesOf(personId, actor.tenantId)).length > 0)
