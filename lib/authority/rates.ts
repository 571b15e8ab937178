import { addToRates } from '@/lib/data/rate-counts'

const WINDOW_SECONDS = 60
/** Memory is bounded: beyond this many callers the one heard of first is forgotten. */
const MOST_CALLERS = 10_000
const MOST_SENT = 1000
/** Who has used less than this part of their limit is not worth a row. */
const SENT_FROM = 0.02

type Count = { spent: number; unsent: number; until: number }

export type RateOf = 'address' | 'agent'

/** What one authority counts by itself, and what it learns from the others. */
export type Rates = {
  /** Spends points of somebody's limit. The seconds to wait when it is used up, else null. */
  spend: (of: RateOf, who: string, points?: number) => number | null
  /** Takes back a point that was spent in somebody's name by somebody else. */
  giveBack: (of: RateOf, who: string) => void
  /**
   * Tells the database what busy callers spent here and learns what they spent everywhere. Answers the agents that
   * this used up, each to one process only.
   */
  exchange: () => Promise<readonly string[]>
}

/**
 * Limits by the minute, counted in memory and shared through the database: a call costs no round trip. Exact within
 * one process. Between processes it lags by the time from one exchange to the next, and callers under 2 % of their
 * limit are not shared at all: n processes let through at most `n` times 2 % and one exchange more. When the
 * database is away each process counts for itself.
 */
export function countRates(
  limits: Readonly<Record<RateOf, number>>,
  now: () => number = () => performance.now(),
): Rates {
  const counts = new Map<string, Count>()

  function countOf(key: string): Count {
    const known = counts.get(key)
    if (known && known.until > now()) return known
    counts.delete(key)
    const [oldest] = counts.keys()
    if (oldest !== undefined && counts.size >= MOST_CALLERS) counts.delete(oldest)
    const fresh = { spent: 0, unsent: 0, until: now() + WINDOW_SECONDS * 1000 }
    counts.set(key, fresh)
    return fresh
  }

  const spend: Rates['spend'] = (of, who, points = 1) => {
    const limit = limits[of]
    if (limit === 0) return null
    const count = countOf(keyOf(of, who))
    if (count.spent >= limit) return Math.max(1, Math.ceil((count.until - now()) / 1000))
    count.spent += points
    count.unsent += points
    return null
  }

  const giveBack: Rates['giveBack'] = (of, who) => {
    const count = counts.get(keyOf(of, who))
    if (!count || count.until <= now()) return
    count.spent -= 1
    count.unsent -= 1
  }

  const isWorthARow = ([key, { spent, unsent, until }]: [string, Count]) => {
    const limit = limits[ofKey(key)]
    return until > now() && unsent > 0 && (unsent >= limit * SENT_FROM || spent >= limit)
  }

  const exchange = async () => {
    const busy = [...counts].filter(isWorthARow).slice(0, MOST_SENT)
    if (busy.length === 0) return []
    const sent = new Map(busy.map(([key, { unsent }]) => [key, unsent]))
    const everywhere = await addToRates(
      [...sent].map(([key, points]) => ({ key, points, seconds: WINDOW_SECONDS })),
    )
    const usedUp: string[] = []
    for (const { key, points, msLeft } of everywhere) {
      const gone = sent.get(key) ?? 0
      const limit = limits[ofKey(key)]
      if (ofKey(key) === 'agent' && points >= limit && points - gone < limit)
        usedUp.push(key.slice('agent '.length))
      const count = counts.get(key)
      if (!count || count.unsent < gone) continue
      count.unsent -= gone
      count.spent = points + count.unsent
      count.until = now() + msLeft
    }
    return usedUp
  }

  return { spend, giveBack, exchange }
}

const keyOf = (of: RateOf, who: string) => `${of} ${who}`
const ofKey = (key: string): RateOf => (key.startsWith('agent ') ? 'agent' : 'address')
