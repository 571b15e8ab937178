import type { RunSql } from './append-events'
import { askTogether } from './ask-together'
import { noteFault } from './availability'
import { inBatches } from './in-batches'

/** A key that serves once, and until when somebody could present it again. */
export type Presented = { key: string; until: Date }

const insertOf = (from: string) => `insert into used_once (key, expires)
  select u.key, u.expires from ${from}unnest($1::text[], $2::timestamptz[]) as u(key, expires) order by u.key
  on conflict (key) do nothing returning key`

const INSERT = insertOf('')
// For this transaction alone. The log is written in order: whatever commits later and is waited for takes this along.
const INSERT_AHEAD = insertOf("(select set_config('synchronous_commit', 'off', true)) as ahead, ")

const columnsOf = (batch: readonly Presented[]) => [
  batch.map(({ key }) => key),
  batch.map(({ until }) => until),
]

const firstUses = (insert: string) =>
  inBatches(async (batch: readonly Presented[]) => {
    const { rows } = await askTogether(insert, columnsOf(batch)).catch((fault: unknown) => {
      noteFault(fault)
      throw fault
    })
    const stored = new Set(rows.map(({ key }: { key: string }) => key))
    // Two asks with one key in one batch: only the first of them was stored.
    return batch.map(({ key }) => ({ status: 'fulfilled', value: stored.delete(key) }))
  })

const lasting = firstUses(INSERT)
const ahead = firstUses(INSERT_AHEAD)

/**
 * True for the first who presents this key before `until`, on every replica: a unique row decides. What arrives
 * while one statement is under way leaves together as the next. A database that does not answer throws.
 */
export const isFirstUse = (key: string, until: Date): Promise<boolean> => lasting({ key, until })

/**
 * The same for a call that gives nothing away before a commit of its own: every replica sees the row at once, and it is
 * on disk when that commit is. Power lost in between loses both.
 */
export const isFirstUseAhead = (key: string, until: Date): Promise<boolean> => ahead({ key, until })

/**
 * The same inside a transaction that is open, for all of its asks: asked in their order, only the first with a key hears
 * yes. They are spent when that transaction commits, and not at all when it does not. Taken before any other lock.
 */
export async function firstUsesIn(
  run: RunSql,
  presented: readonly Presented[],
): Promise<(key: string) => boolean> {
  const rows = presented.length > 0 ? await run(INSERT, ...columnsOf(presented)) : []
  const stored = new Set(rows.map(({ key }) => key))
  return (key) => stored.delete(key)
}
