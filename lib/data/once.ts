import { pool } from './database'

type Waiting = {
  key: string
  until: Date
  resolve: (isFirst: boolean) => void
  reject: (reason: unknown) => void
}

const waiting: Waiting[] = []
let isRunning = false

const INSERT = `insert into used_once (key, expires)
  select * from unnest($1::text[], $2::timestamptz[]) as u(key, expires) order by u.key
  on conflict (key) do nothing returning key`

async function store(batch: readonly Waiting[]): Promise<void> {
  const { rows } = await pool().query<{ key: string }>(INSERT, [
    batch.map(({ key }) => key),
    batch.map(({ until }) => until),
  ])
  const stored = new Set(rows.map(({ key }) => key))
  // Two asks with one key in one batch: only the first of them was stored.
  for (const { key, resolve } of batch) resolve(stored.delete(key))
}

async function drain(): Promise<void> {
  isRunning = true
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 256)
    await store(batch).catch((reason) => {
      for (const { reject } of batch) reject(reason)
    })
  }
  isRunning = false
}

/**
 * True for the first who presents this key before `until`, on every replica: a unique row decides. What arrives
 * while one statement is under way leaves together as the next. A database that does not answer throws.
 */
export const isFirstUse = (key: string, until: Date): Promise<boolean> =>
  new Promise((resolve, reject) => {
    waiting.push({ key, until, resolve, reject })
    if (!isRunning) void drain()
  })
