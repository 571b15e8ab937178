import { createHash } from 'node:crypto'
import { type Counted, LIMITS } from '@/lib/domain/throttle'
import { addToRates, endRate } from './rate-counts'

// Of one length, whatever was typed, and no list of addresses at rest.
const keyOf = ({ limit, of }: Counted) =>
  `attempt ${limit} ${createHash('sha256').update(of).digest('base64url')}`

/**
 * Whether one more attempt is read. `isFirst` and `isFirstRefusal` are true once in a window, on every replica
 * together.
 */
export type Counting = { isAdmitted: boolean; isFirst: boolean; isFirstRefusal: boolean; secondsLeft: number }

/**
 * Counts an attempt before it is looked at, so that a hundred at once are counted as a hundred. A database that does
 * not answer throws: nothing is looked at then. With 0 points it asks as much and counts nothing.
 */
export async function countAttempts(all: readonly Counted[], each: 0 | 1 = 1): Promise<Counting[]> {
  const spent = await addToRates(
    all.map((counted) => ({ key: keyOf(counted), points: each, seconds: LIMITS[counted.limit].seconds })),
  )
  return all.map((counted) => {
    const { attempts } = LIMITS[counted.limit]
    const { points, msLeft } = spent.find(({ key }) => key === keyOf(counted)) ?? {
      points: Infinity,
      msLeft: 0,
    }
    const isAdmitted = points <= attempts
    return {
      isAdmitted,
      isFirst: points === 1,
      isFirstRefusal: points === attempts + 1,
      secondsLeft: isAdmitted ? 0 : Math.ceil(msLeft / 1000),
    }
  })
}

/** Takes attempts back: they were right ones. */
export async function uncountAttempts(all: readonly Counted[]): Promise<void> {
  await addToRates(
    all.map((counted) => ({ key: keyOf(counted), points: -1, seconds: LIMITS[counted.limit].seconds })),
  )
}

/** Forgets what was counted: somebody has shown in another way that the account is theirs. */
export const forgetAttempts = (counted: Counted): Promise<void> => endRate(keyOf(counted))
