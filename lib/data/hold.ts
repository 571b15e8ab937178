import { z } from 'zod'
import { GROUNDS_REFUSALS, type Grounds, groundsProblem } from '@/lib/domain/grounds'
import { nowIn } from './clock'
import { ChangedMeanwhile, runIn, type Tx } from './commit'
import { lockGrounds, rowsOf } from './issue-locks'

/**
 * Holds everything an act was decided on still until it is written, or refuses because it has changed. The first
 * step of a write that may open a grant: whoever takes something back then waits, and comes after.
 */
export async function holdGrounds(tx: Tx, grounds: Grounds): Promise<void> {
  const locked = await lockGrounds(runIn(tx), rowsOf([grounds]))
  const problem = groundsProblem(grounds, locked)
  if (problem) throw new ChangedMeanwhile(GROUNDS_REFUSALS[problem])
}

const Until = z.object({ until: z.date() })

async function holdUntil(tx: Tx, sql: string, ...values: unknown[]): Promise<Date> {
  // The clock is read behind the lock, however long that was waited for.
  const [[row], now] = await Promise.all([tx.run(sql, ...values), nowIn(tx.run)])
  if (!row || Until.parse(row).until <= now) throw new ChangedMeanwhile()
  return now
}

/** Holds a waiting request, over the revision that was read. Its time is compared by the clock under the lock. */
export const holdWaiting = (tx: Tx, { id, rev }: { id: string; rev: number }): Promise<Date> =>
  holdUntil(
    tx,
    `select answer_by as until from request where id = $1 and rev = $2 and state = 'awaiting' for no key update`,
    id,
    rev,
  )

/** Holds a proposal of an agent, over the revision that was read and before its time is over. */
export const holdProposed = (tx: Tx, { id, rev }: { id: string; rev: number }): Promise<Date> =>
  holdUntil(
    tx,
    `select answer_by as until from request where id = $1 and rev = $2 and state = 'proposed' for no key update`,
    id,
    rev,
  )

/** Holds a live grant, whose time is compared by the clock under the lock. */
export const holdLive = (tx: Tx, id: string): Promise<Date> =>
  holdUntil(
    tx,
    `select expires as until from permission_grant where id = $1 and state = 'live' for no key update`,
    id,
  )
