import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { closeDatabase, pool } from '@/lib/data/database'
import { applyMigrations } from '@/lib/ops/migrations/apply'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { startPostgres } from '@/tests/harness/postgres.mjs'
import { buildWorld, type TestWorld } from '@/tests/harness/world'
import { type RunningAuthority, startAuthority } from './exchange/authority'

/** A PostgreSQL server of the benchmark's own, with a migrated database in it that this process talks to. */
export type Served = {
  url: string
  folder: string
  secret: string
  database: string
  stop: () => Promise<void>
}

export async function startDatabase(): Promise<Served> {
  const server = await startPostgres()
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  await client.query('create database bench')
  await client.end()
  const url = server.url('bench')
  await applyMigrations(url)
  const secret = randomBytes(32).toString('base64url')
  Object.assign(process.env, {
    ...{ DATABASE_URL: url, COUNTERSIGN_EMBEDDED: '0', COUNTERSIGN_SECRET: secret },
  })
  await growLog()
  const stop = async () => {
    await closeDatabase()
    await server.stop()
  }
  return { url, folder: server.folder, secret, database: await describeDatabase(), stop }
}

// Of 16 MB: the gigabyte of docs/operations.md.
const LOG_FILES = 64

/**
 * As a server that has been up: a new one fills every file of its log with zeros before it writes to it, in which nothing
 * commits. One that has written these before has them to be written again.
 */
async function growLog(): Promise<void> {
  await pool().query(`alter system set min_wal_size = '1GB'`)
  await pool().query('select pg_reload_conf()')
  for (let file = 0; file < LOG_FILES; file += 1)
    await pool().query(`select pg_logical_emit_message(false, 'bench', 'next'), pg_switch_wal()`)
  await pool().query('checkpoint')
}

async function describeDatabase(): Promise<string> {
  const { rows } = await pool().query<{ version: string; fsync: string; sync: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as sync`,
  )
  const [row] = rows
  if (row?.fsync !== 'on' || row.sync !== 'on') throw new Error('The database does not write durably.')
  return `PostgreSQL ${row.version.split(' ')[0]}, fsync on, synchronous_commit on, same machine, min_wal_size 1GB and as much written before`
}

/** The database, people and agents in it, and one authority process on it. */
export type Stage = { served: Served; world: TestWorld; authority: RunningAuthority; folder: string }

export async function withStage<T>(port: number, work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const served = await startDatabase()
  try {
    const world = await buildWorld()
    await ensureSigningKeys(served.secret, { via: 'setup' })
    const env = { DATABASE_URL: served.url, COUNTERSIGN_SECRET: served.secret }
    const authority = await startAuthority({ folder, port, env })
    return await work({ served, world, authority, folder }).finally(() => authority.stop())
  } finally {
    await served.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
