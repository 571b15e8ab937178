import { createHash } from 'node:crypto'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { type Counted, LIMITS, type Limit } from '@/lib/domain/throttle'
import { pool } from './database'

// The package names its statements. The embedded database has one backend for all its clients, where a name is taken.
const client = {
  query: ({ text, values }: { text: string; values?: unknown[] }) => pool().query(text, values),
}

// Of one length, whatever was typed, and no list of addresses at rest.
const keyOf = ({ of }: Counted) => createHash('sha256').update(of).digest('base64url')

const limiters = new Map<Limit, RateLimiterPostgres>()

function limiterOf(limit: Limit): RateLimiterPostgres {
  const known = limiters.get(limit)
  if (known) return known
  const made = new RateLimiterPostgres({
    storeClient: client,
    storeType: 'client',
    tableName: 'attempt_count',
    tableCreated: true,
    keyPrefix: limit,
    points: LIMITS[limit].attempts,
    duration: LIMITS[limit].seconds,
  })
  limiters.set(limit, made)
  return made
}

/** Whether one more attempt is read. `isFirstRefusal` is true once in a window, on every replica together. */
export type Counting = { isAdmitted: boolean; isFirstRefusal: boolean; secondsLeft: number }

/**
 * Counts an attempt before it is looked at, so that a hundred at once are counted as a hundred. A database that does
 * not answer throws: nothing is looked at then.
 */
export async function countAttempt(counted: Counted): Promise<Counting> {
  const { attempts } = LIMITS[counted.limit]
  try {
    await limiterOf(counted.limit).consume(keyOf(counted))
    return { isAdmitted: true, isFirstRefusal: false, secondsLeft: 0 }
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    const secondsLeft = Math.ceil(refused.msBeforeNext / 1000)
    return { isAdmitted: false, isFirstRefusal: refused.consumedPoints === attempts + 1, secondsLeft }
  }
}

/** Takes one attempt back: it was a right one. */
export async function uncountAttempt(counted: Counted): Promise<void> {
  await limiterOf(counted.limit).reward(keyOf(counted), 1)
}

/** Forgets what was counted: somebody has shown in another way that the account is theirs. */
export async function forgetAttempts(counted: Counted): Promise<void> {
  await limiterOf(counted.limit).delete(keyOf(counted))
}
