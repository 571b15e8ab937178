import { countAttempts } from '@/lib/data/attempts'
import { findPasswordByEmail, type PasswordHolder } from '@/lib/data/passwords'
import type { Outcome } from '@/lib/domain/result'
import { countedForStrangers, type Door } from '@/lib/domain/throttle'
import { type Admission, throttled } from './attempts'

/** What an attempt is worth: whether it is looked at, and whether it leaves an entry in the trail. */
export type Worth = { isLookedAt: boolean; leavesEntry: boolean }

/**
 * Anybody can invent addresses. Those that are nobody's are counted together: the first of a window leaves an entry,
 * and beyond the limit none is looked at. Somebody's is worth all of it, and asks the database as often.
 */
export async function worthOf(door: Door, holder: PasswordHolder | null): Promise<Worth> {
  const [counting] = await countAttempts([countedForStrangers(door)], holder ? 0 : 1)
  if (holder) return { isLookedAt: true, leavesEntry: true }
  return { isLookedAt: counting?.isAdmitted ?? false, leavesEntry: counting?.isFirst ?? false }
}

/** Whom an event is about: nobody, when the address is nobody's. */
export const whose = (holder: PasswordHolder | null) =>
  holder ? { tenantId: holder.tenantId, humanId: holder.personId } : {}

/**
 * What an attempt comes to that is not looked at. Whose the address is, is looked up only when the event needs it: once
 * in a window.
 */
export async function unread<T>(
  admission: Admission,
  { door, email }: { door: Door; email: string },
): Promise<{ outcome: Outcome<T>; leavesEntry: boolean }> {
  if (!admission.isFirstRefusal) return { outcome: throttled(admission, {}), leavesEntry: true }
  const holder = await findPasswordByEmail(email)
  const { leavesEntry } = await worthOf(door, holder)
  return { outcome: throttled(admission, { ...whose(holder), data: { method: door } }), leavesEntry }
}
