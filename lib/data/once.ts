import { askTogether } from './ask-together'
import { noteFault } from './availability'
import { inBatches } from './in-batches'

type Presented = { key: string; until: Date }

const insertOf = (from: string) => `insert into used_once (key, expires)
  select u.key, u.expires from ${from}unnest($1::text[], $2::timestamptz[]) as u(key, expires) order by u.key
  on conflict (key) do nothing returning key`

const INSERT = insertOf('')
// For this transaction alone. The log is written in order: whatever commits later and is waited for takes this along.
const INSERT_AHEAD = insertOf("(select set_config('synchronous_commit', 'off', true)) as ahead, ")

const firstUses = (insert: string) =>
  inBatches(async (batch: readonly Presented[]) => {
    const values = [batch.map(({ key }) => key), batch.map(({ until }) => until)]
    const { rows } = await askTogether(insert, values).catch((fault: unknown) => {
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
 * For a call that comes to no commit of its own after all: what it spent ahead is on disk when this is. A row of its own,
 * since a transaction that writes nothing waits for no disk.
 */
export const keepFirstUse = (key: string, until: Date): Promise<unknown> =>
  lasting({ key: `${key} kept`, until })
