import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Embedded, startEmbedded } from '@/lib/ops/embedded/start'
import { pristineDatabase, startThrowaway } from '@/lib/ops/embedded/throwaway'
import { entryArguments } from '@/lib/ops/entry'
import { killGroup, spawnChild } from '@/lib/ops/spawn-child'
import { until } from '@/lib/ops/supervision/ready'
import { watchDatabase } from '@/lib/ops/supervision/watchdog'

// Everything here starts processes: a busy machine takes its time, and nothing waits longer than it must.
const PATIENCE_MS = 30_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cs-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function withPool<T>(embedded: Embedded, max: number, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: embedded.url, max })
  return work(pool).finally(() => pool.end())
}

describe('the folder', () => {
  it('is refused to a second opener, naming the first (F12)', async () => {
    const first = await startEmbedded(dir, { template: await pristineDatabase() })
    await expect(startEmbedded(dir)).rejects.toThrow(`is already open in process ${first.pid}`)
    expect((await stat(join(dir, 'run'))).mode & 0o777).toBe(0o700)
    await first.stop()
    expect(await readdir(dir)).toEqual(['database'])
  })

  it('of a killed process is taken over and has kept what was committed', async () => {
    const first = await startEmbedded(dir, { template: await pristineDatabase() })
    await withPool(first, 1, (pool) => pool.query('create table kept as select 7 as n'))
    process.kill(first.pid, 'SIGKILL')
    await until('the end', async () => !isAlive(first.pid), PATIENCE_MS)
    expect(JSON.parse(await readFile(join(dir, 'lock'), 'utf8'))).toMatchObject({ pid: first.pid })
    const second = await startEmbedded(dir)
    const { rows } = await withPool(second, 1, (pool) => pool.query('select n from kept'))
    expect(rows).toEqual([{ n: 7 }])
    await second.stop()
  })

  it('survives a kill during its first initialisation', async () => {
    const child = spawnChild({ arguments: entryArguments('embedded', dir) })
    const begun = async () => (await readdir(dir)).some((name) => name.startsWith('database.new-'))
    await until('the initialisation', begun, PATIENCE_MS)
    const ended = once(child, 'exit')
    killGroup(child, 'SIGKILL')
    await ended
    expect(await readdir(dir)).not.toContain('database')
    const after = await startEmbedded(dir)
    await after.stop()
    expect((await readdir(dir)).filter((name) => name.startsWith('database'))).toEqual(['database'])
  })

  it('may lie deeper than a socket’s path can say', async () => {
    const deep = join(dir, 'x'.repeat(120))
    const embedded = await startEmbedded(deep, { template: await pristineDatabase() })
    const { rows } = await withPool(embedded, 1, (pool) => pool.query('select 1 as one'))
    expect(rows).toEqual([{ one: 1 }])
    await embedded.stop()
  })
})

describe('many clients', () => {
  let embedded: Embedded
  beforeEach(async () => {
    embedded = await startThrowaway()
  })
  afterEach(() => embedded.stop())

  it('lose no increment in 40 read-modify-write transactions at once', async () => {
    await withPool(embedded, 40, async (pool) => {
      await pool.query('create table counter as select 0 as n')
      await Promise.all(Array.from({ length: 40 }, () => increment(pool)))
      expect((await pool.query('select n from counter')).rows).toEqual([{ n: 40 }])
    })
  })

  it('never run each other’s statement, however long a parameter is', async () => {
    const long = 'x'.repeat(300_000)
    await withPool(embedded, 20, async (pool) => {
      const ask = async (n: number) => {
        const { rows } =
          n % 2
            ? await pool.query('select $1::int as n, length($2::text) as long', [n, long])
            : await pool.query('select $1::int as n', [n])
        return rows[0]?.n
      }
      const numbers = Array.from({ length: 400 }, (_, n) => n)
      expect(await Promise.all(numbers.map(ask))).toEqual(numbers)
    })
  })

  it('do not wait for one that went away inside its transaction', async () => {
    const gone = new pg.Client(embedded.url)
    gone.on('error', () => {})
    await gone.connect()
    await gone.query('create table t as select 1 as n')
    await gone.query('begin')
    await gone.query('update t set n = 2')
    ;(gone as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    const { rows } = await withPool(embedded, 1, (pool) => pool.query('select n from t'))
    expect(rows).toEqual([{ n: 1 }])
  })
})

async function increment(pool: pg.Pool) {
  const client = await pool.connect()
  await client.query('begin')
  const { rows } = await client.query<{ n: number }>('select n from counter')
  await client.query('update counter set n = $1', [(rows[0]?.n ?? 0) + 1])
  await client.query('commit')
  client.release()
}

it('a hung database is noticed from outside', async () => {
  const embedded = await startThrowaway()
  const over = new AbortController()
  const hung = new Promise<void>((resolve) => {
    const onHang = () => resolve()
    void watchDatabase({ url: embedded.url, everyMs: 100, patienceMs: 300, onHang, signal: over.signal })
  })
  process.kill(embedded.pid, 'SIGSTOP')
  await hung
  over.abort()
  process.kill(embedded.pid, 'SIGCONT')
  await embedded.stop()
})
