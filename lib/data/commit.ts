import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import type { RefusalCode } from '@/lib/domain/refusals'
import { type Outcome, type Result, refusal } from '@/lib/domain/result'
import { appendAct, type RunSql } from './append-events'
import { noteFault } from './availability'
import { inTransaction, type Tx } from './commit-transaction'
import { tellCommitted } from './committed'
import { isEmbedded } from './connection'
import { keepLeaf } from './leaf-of-act'

export type { Tx } from './commit-transaction'

/** What was read is not what is stored any more: zero rows at that version, or somebody else was first. */
export class ChangedMeanwhile extends Error {
  override name = 'ChangedMeanwhile'
  constructor(readonly code: RefusalCode = 'changed_meanwhile') {
    super(code)
  }
}

/** For writes over the version that was read: anything but one row means it changed meanwhile. */
export function expectOne(written: { count: number } | number): void {
  expectMany(typeof written === 'number' ? written : written.count, 1)
}

/** The same for writes over as many rows as were read. */
export function expectMany(written: number, read: number): void {
  if (written !== read) throw new ChangedMeanwhile()
}

const isUniqueViolation = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'P2002' || error.code === '23505')

/** SQL in the open transaction of an act. */
export const runIn = (tx: Tx): RunSql => tx.run

// A person is disabled before the head of the trail is held here, which is seen, or after it: nothing that leaves an entry
// lands behind it. What leaves none asks by itself.
const LET_IN = `select exists (select 1 from person where id = $1 and disabled is not null) as "isOut"`

async function remember(tx: Tx, act: Act, events: readonly TrailEvent[]): Promise<number | null> {
  const who = act.humanId ?? null
  const run = runIn(tx)
  const acted = events.map((event) => ({ act, event }))
  // A notification crosses the embedded database's socket to nobody: there the outbox is polled.
  const wakes = !isEmbedded()
  const { isOut, firstLeaf } =
    acted.length > 0
      ? await appendAct(run, acted, { who, wakes })
      : { isOut: who !== null && (await run(LET_IN, who))[0]?.isOut === true, firstLeaf: null }
  if (isOut) throw new ChangedMeanwhile('not_signed_in')
  return firstLeaf
}

/** Writes what was decided. What only the rows it holds could tell, it answers as more events. */
export type Write = (tx: Tx) => Promise<void> | Promise<readonly TrailEvent[]>

/**
 * The only way to write what one act decided: state, events and the wake-up in one transaction, or nothing.
 * A refused outcome writes its events only. A throw inside `write` takes everything back.
 */
export async function commit<T>(
  act: Act,
  { result, events }: Outcome<T>,
  write: Write = async () => {},
): Promise<Result<T>> {
  if (!result.ok && events.length === 0) return result
  try {
    const { all, leaf } = await inTransaction(async (tx) => {
      const more = result.ok ? await write(tx) : []
      const written = [...events, ...(more ?? [])]
      return { all: written, leaf: await remember(tx, act, written) }
    })
    tellCommitted({ acts: 1, events: all })
    if (leaf !== null) keepLeaf(act, leaf)
    return result
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return refusal(error.code)
    if (isUniqueViolation(error)) return refusal('changed_meanwhile')
    noteFault(error)
    throw error
  }
}

class Rehearsed extends Error {
  override name = 'Rehearsed'
}

/** Commits what an attempt came to, which changes nothing else. One that leaves no entry takes as long as another. */
export const leave = <T>(act: Act, outcome: Outcome<T>, leavesEntry: boolean): Promise<Result<T>> =>
  leavesEntry ? commit(act, outcome) : rehearse(act, outcome)

// What `commit` does for events alone, and all of it taken back.
async function rehearse<T>(act: Act, { result, events }: Outcome<T>): Promise<Result<T>> {
  try {
    await inTransaction(async (tx) => {
      await remember(tx, act, events)
      throw new Rehearsed()
    })
  } catch (error) {
    if (!(error instanceof Rehearsed)) {
      noteFault(error)
      throw error
    }
  }
  return result
}
