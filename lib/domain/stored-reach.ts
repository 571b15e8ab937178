import { z } from 'zod'
import { REACH_KEYS, type Reach } from './reach'

// Kept is what was switched off, so that a kind that comes later reaches everybody.
const Off = z.object({ off: z.array(z.string()) })

/** What is stored of a choice. */
export const storedReach = (on: readonly string[]): string =>
  JSON.stringify({ off: REACH_KEYS.filter((key) => !on.includes(key)) })

/** A choice as it was stored. Without one, and where it cannot be read, everything reaches. */
export function reachOf(stored: string | null): Reach {
  const read = Off.safeParse(stored === null ? null : parsed(stored))
  const off = read.success ? read.data.off : []
  return new Set(REACH_KEYS.filter((key) => !off.includes(key)))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
