import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { markRead } from '@/lib/data/write-notices'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Result } from '@/lib/domain/result'

export const MarkNoticesRead = z.object({
  /** The oldest and the newest that were shown: what came since stays unread. */
  from: z.coerce.number().int().min(0).default(0),
  upTo: z.coerce.number().int().min(0),
})

/** Marks one's own notices as read. */
export async function markNoticesRead(
  actor: Actor,
  act: Act,
  { from, upTo }: z.infer<typeof MarkNoticesRead>,
): Promise<Result<{ upTo: number }>> {
  const now = await databaseNow()
  return commit(act, done({ upTo }), (tx) => markRead(tx, { personId: actor.personId, from, upTo, now }))
}
