import { countAttempts, uncountAttempts } from '@/lib/data/attempts'
import type { TrailEvent } from '@/lib/domain/events'
import { type Outcome, refused } from '@/lib/domain/result'
import type { Counted } from '@/lib/domain/throttle'

export type Admission = { isAdmitted: boolean; isFirstRefusal: boolean; secondsLeft: number }

/** Counts an attempt everywhere it counts, before it is looked at. */
export async function admit(counted: readonly Counted[]): Promise<Admission> {
  const counts = await countAttempts(counted)
  return {
    isAdmitted: counts.every(({ isAdmitted }) => isAdmitted),
    isFirstRefusal: counts.some(({ isFirstRefusal }) => isFirstRefusal),
    secondsLeft: Math.max(...counts.map(({ secondsLeft }) => secondsLeft)),
  }
}

/** It was a right one: it does not count. */
export const takeBack = (counted: readonly Counted[]) => uncountAttempts(counted)

const minutes = (seconds: number) => {
  const count = Math.max(1, Math.ceil(seconds / 60))
  return count === 1 ? 'a minute' : `${count} minutes`
}

/** An attempt that was not looked at. However many there are, a window leaves one event. */
export function throttled<T>(
  { isFirstRefusal, secondsLeft }: Admission,
  about: Partial<TrailEvent>,
): Outcome<T> {
  const says = `Too many attempts. This one was not looked at. Try again in ${minutes(secondsLeft)}.`
  const event = { ...about, type: 'sign_in.throttled', outcome: 'refused' } as const
  return refused({ code: 'too_many_attempts', says }, ...(isFirstRefusal ? [event] : []))
}
