import type { TrailEvent } from './events'
import type { WireReason } from './wire-reasons'

/** For so long after a trace the same question with the same answer is counted, and leaves none of its own. */
export const REPEAT_SECONDS = 60
/** Memory is bounded: beyond this many, every question leaves its own trace. */
const MOST_KEPT = 10_000

/** How a question was answered: why not, or null. */
type Reason = WireReason | null
type Traced = { event: TrailEvent; reason: Reason; tracedAt: number; repeats: number }

/** Counts that an event was given, until it is known to be stored. */
export type Taken = { repeats: number; giveBack: () => void }

export type Repeats = {
  /** Whether this question was traced less than a minute ago. */
  isFresh: (question: string) => boolean
  /** Counts a question that would be answered as the last one traced. False: it has to be traced. */
  count: (question: string, reason: Reason) => boolean
  /** What the next event about this question says was asked since the last. */
  take: (question: string) => Taken
  /** It was traced just now. */
  traced: (question: string, event: TrailEvent, reason: Reason) => void
  /** Takes what was counted and told by no event, of questions whose minute is over, or of all. */
  leftOver: (all: boolean) => { event: TrailEvent; repeats: number; giveBack: () => void }[]
}

/**
 * Questions that are asked again and again, as a resource server does at each call. What is kept here is how the last
 * traced one was answered, never an answer: whoever counts knows how it is now, and compares. `now` in milliseconds.
 */
export function countRepeats(now: () => number): Repeats {
  const kept = new Map<string, Traced>()
  let late: Traced[] = []
  const isOver = ({ tracedAt }: Traced) => now() - tracedAt >= REPEAT_SECONDS * 1000
  const takeFrom = (key: string | null, one: Traced) => {
    const { repeats } = one
    one.repeats = 0
    const giveBack = () => {
      one.repeats += repeats
      if (repeats > 0 && (key === null || kept.get(key) !== one) && !late.includes(one)) late.push(one)
    }
    return { event: one.event, repeats, giveBack }
  }
  const isFresh = (key: string) => {
    const one = kept.get(key)
    return one !== undefined && !isOver(one)
  }
  return {
    isFresh,
    count: (key, reason) => {
      const one = kept.get(key)
      if (!one || isOver(one) || one.reason !== reason) return false
      one.repeats += 1
      return true
    },
    take: (key) => {
      const one = kept.get(key)
      return one ? takeFrom(key, one) : { repeats: 0, giveBack: () => {} }
    },
    traced: (key, event, reason) => {
      const one = kept.get(key)
      if (one?.reason === reason) {
        one.tracedAt = now()
        return
      }
      // Counted while the other answer was being written: they were answered as before.
      if (one && one.repeats > 0) late.push(one)
      if (one || kept.size < MOST_KEPT) kept.set(key, { event, reason, tracedAt: now(), repeats: 0 })
    },
    leftOver: (all) => {
      const found = late.map((one) => takeFrom(null, one))
      late = []
      for (const [key, one] of kept) {
        if (!all && !isOver(one)) continue
        kept.delete(key)
        if (one.repeats > 0) found.push(takeFrom(null, one))
      }
      return found.filter(({ repeats }) => repeats > 0)
    },
  }
}
