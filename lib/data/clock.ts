import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import type { RunSql } from './append-events'
import { pool } from './database'

const seedClock = new AsyncLocalStorage<() => Date>()

/** The clock that decides: the database's. Only the seed runs under another one. */
export async function databaseNow(): Promise<Date> {
  const seeded = seedClock.getStore()
  if (seeded) return seeded()
  const { rows } = await pool().query<{ now: Date }>('select clock_timestamp() as now')
  const [row] = rows
  if (!row) throw new Error('The database did not tell the time.')
  return row.now
}

/** The same clock inside an open transaction: it is later than every lock that was waited for. */
export async function nowIn(run: RunSql): Promise<Date> {
  const seeded = seedClock.getStore()
  if (seeded) return seeded()
  const [row] = await run('select clock_timestamp() as now')
  return z.date().parse(row?.now)
}

/** The seed's time, or null: events written under it say `seeded`. */
export const seededNow = (): Date | null => seedClock.getStore()?.() ?? null

/** Runs `work` under the seed's clock. Only `ops/seed` may, and only on a trail without a real entry. */
export async function underSeedClock<T>(clock: () => Date, work: () => Promise<T>): Promise<T> {
  const { rows } = await pool().query<{ n: string }>(
    `select count(*) as n from trail_event where (entry::json ->> 'seeded') is distinct from 'true'`,
  )
  if (rows[0]?.n !== '0')
    throw new Error('The trail already holds real entries: nothing may be seeded into it.')
  return seedClock.run(clock, work)
}
