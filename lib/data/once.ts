import { noteFault } from './availability'
import { pool } from './database'
import { inBatches } from './in-batches'

type Presented = { key: string; until: Date }

const INSERT = `insert into used_once (key, expires)
  select * from unnest($1::text[], $2::timestamptz[]) as u(key, expires) order by u.key
  on conflict (key) do nothing returning key`

const firstUse = inBatches(async (batch: readonly Presented[]) => {
  const values = [batch.map(({ key }) => key), batch.map(({ until }) => until)]
  const { rows } = await pool()
    .query<{ key: string }>(INSERT, values)
    .catch((fault: unknown) => {
      noteFault(fault)
      throw fault
    })
  const stored = new Set(rows.map(({ key }) => key))
  // Two asks with one key in one batch: only the first of them was stored.
  return batch.map(({ key }) => ({ status: 'fulfilled', value: stored.delete(key) }))
})

/**
 * True for the first who presents this key before `until`, on every replica: a unique row decides. What arrives
 * while one statement is under way leaves together as the next. A database that does not answer throws.
 */
export const isFirstUse = (key: string, until: Date): Promise<boolean> => firstUse({ key, until })
