import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunSql } from '@/lib/data/append-events'
import { groupCommit } from '@/lib/data/commit-batch'
import { closeDatabase } from '@/lib/data/database'
import { applyMigrations, ownMigrations } from '@/lib/ops/migrations/apply'
import { until } from '@/lib/ops/supervision/ready'
import { asked } from '@/tests/harness/accounts'
import { makeAgent, serveAuthority } from '@/tests/harness/authority'
import { startPostgres } from '@/tests/harness/postgres.mjs'
import { startProcess } from '@/tests/harness/processes'
import { verifiedTrail } from '@/tests/harness/stored-trail'
import { buildWorld, grantTask, SERVERS } from '@/tests/harness/world'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const PATIENCE_MS = 30_000
/** A migration's turn at a lock, with room for a busy machine. Old code gives up after 8 s. */
const NOBODY_WAITS_LONGER_MS = 7000

let server: Awaited<ReturnType<typeof startPostgres>>
let url: string
let folder: string

beforeEach(async () => {
  await closeDatabase()
  server = await startPostgres()
  url = server.url('postgres')
  folder = await mkdtemp(join(tmpdir(), 'cs-'))
  Object.assign(process.env, { DATABASE_URL: url, COUNTERSIGN_EMBEDDED: '0' })
})
afterEach(async () => {
  await closeDatabase()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n'
const source = () => ({
  schemaPath: join(folder, 'schema.prisma'),
  migrationsDir: join(folder, 'migrations'),
})

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, 'migrations', name), { recursive: true })
  await writeFile(join(folder, 'migrations', name, 'migration.sql'), sql)
}

async function migrations(): Promise<string[]> {
  const entries = await readdir(ownMigrations.migrationsDir, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).sort()
}

/** The database as the version before left it. */
async function installEarlier(): Promise<string | undefined> {
  const names = await migrations()
  const migrationsDir = join(folder, 'migrations')
  for (const name of names.slice(0, -1))
    await cp(join(ownMigrations.migrationsDir, name), join(migrationsDir, name), { recursive: true })
  expect(await applyMigrations(url, { ...ownMigrations, migrationsDir })).toEqual(names.slice(0, -1))
  return names.at(-1)
}

/** What the very first version wrote: every column by name, and none that came later. */
async function writeAsBefore(run: RunSql, id: string) {
  const now = new Date()
  await run(
    `insert into sign_in (id, person_id, method, started, expires) values ($1, 'P-OLD', 'demo', $2, $2)`,
    id,
    now,
  )
  await run(
    `insert into request (id, tenant_id, requester_id, agent_id, goal, goal_category, justification, ticket, environment,
       duration_seconds, state, stages, policy_set, filed, answer_by, digest)
     values ($1, 'T-OLD', 'P-OLD', 'A-OLD', 'Goes on.', 'support', '', '', 'staging', 60, 'granted', '[]', '', $2, $2, '')`,
    id,
    now,
  )
  await run(
    `insert into decision (id, tenant_id, request_id, asked, action, resource, policy_set, input, verdict, stages,
       policy_ids, says, errors, made)
     values ($1, 'T-OLD', $1, 'filed', 'x', 'x', '', '{}', 'allowed', '[]', '{}', '{}', '{}', $2)`,
    id,
    now,
  )
  await run(
    `insert into permission_grant (id, request_id, tenant_id, requester_id, agent_id, environment, state, opened, expires)
     values ($1, $1, 'T-OLD', 'P-OLD', 'A-OLD', 'staging', 'live', $2, $2)`,
    id,
    now,
  )
  await run(
    `insert into credential (id, grant_id, agent_id, server_id, scope, jkt, issued, expires)
     values ($1, $1, 'A-OLD', 'S', 'x', 'x', $2, $2)`,
    id,
    now,
  )
}

/** Old code that never stops working, and what went wrong for it. */
function oldCode(name: string) {
  const faults: unknown[] = []
  let written = 0
  let slowest = 0
  let isOver = false
  const write = groupCommit<string, string>(async (run, ids) => {
    for (const id of ids) await writeAsBefore(run, id)
    return ids.map((id) => ({
      answer: id,
      act: { via: 'setup' },
      events: [{ type: 'tenant.added', outcome: 'done', data: { id } }],
    }))
  })
  const work = async () => {
    while (!isOver) {
      const before = performance.now()
      await write(`${name}-${written}`).catch((fault: unknown) => faults.push(fault))
      slowest = Math.max(slowest, performance.now() - before)
      written += 1
    }
  }
  const running = work()
  const stop = async () => {
    isOver = true
    await running
    return { faults, written }
  }
  const more = (count: number) => {
    const from = written
    return until('old code', async () => written > from + count, PATIENCE_MS)
  }
  return { more, stop, slowest: () => slowest }
}

test('F6: old code writes before, during and after the newest migration, and new code beside it', async () => {
  const newest = await installEarlier()
  await asked(
    url,
    `insert into tenant (id, slug, name) values ('T-OLD', 'old', 'Old');
     insert into person (id, issuer, subject, name) values ('P-OLD', 'https://old.example', 'one', 'One');
     insert into agent (id, tenant_id, slug, purpose, environments) values ('A-OLD', 'T-OLD', 'old', 'Works.', '{}')`,
  )
  const old = oldCode('old')
  await old.more(20)
  const migrating = await startProcess(
    'lib/ops/migrate.ts',
    { DATABASE_URL: url },
    { word: `applied ${newest}` },
  )
  expect(await migrating.ended).toBe(0)
  await old.more(20)
  expect(old.slowest()).toBeLessThan(NOBODY_WAITS_LONGER_MS)
  const world = await buildWorld()
  const authority = await serveAuthority()
  const agent = await makeAgent(world, authority.issuer)
  const { grantId } = await grantTask(world)
  const token = await agent.exchange({ mandate: await agent.mandateOf(grantId), resource: SERVERS.tickets })
  expect(token.expires_in).toBe(300)
  await authority.close()
  const { faults, written } = await old.stop()
  expect(faults).toEqual([])
  expect(await verifiedTrail(url)).toBeGreaterThan(written)
})

test('a migration killed between its work and its record is neither lost nor run twice', async () => {
  await writeFile(source().schemaPath, SCHEMA)
  await writeMigration('20260101000000_one', 'create table one (id text)')
  await applyMigrations(url, source())
  await asked(
    url,
    `create function waits() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
     create trigger waits before update of applied_steps_count on _prisma_migrations for each row execute function waits()`,
  )
  await writeMigration('20260101000001_two', 'create table two (id text)')
  const child = await startProcess(
    'tests/integration/postgres/toys/migrate.ts',
    {},
    { word: 'begins', args: [url, folder] },
  )
  const isDone = async () =>
    (await asked(url, `select to_regclass('two') is not null as found`))[0]?.found === true
  await until('the work of the migration', isDone, PATIENCE_MS)
  await child.stop('SIGKILL')
  await asked(
    url,
    `select count(pg_terminate_backend(pid)) from pg_stat_activity where query ilike '%_prisma_migrations%' and pid <> pg_backend_pid()`,
  )
  await asked(url, 'drop function waits cascade')
  expect(await applyMigrations(url, source())).toEqual([])
  const kept = await asked(url, 'select migration_name from _prisma_migrations where finished_at is not null')
  expect(kept).toHaveLength(2)
})

test('a migration waits for a table in use in short turns, so that nobody waits long behind it', async () => {
  await writeFile(source().schemaPath, SCHEMA)
  await writeMigration('20260101000000_one', 'create table busy (id text)')
  await applyMigrations(url, source())
  await writeMigration('20260101000001_two', 'alter table busy add column more text')
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  await holder.query('begin; lock table busy in share mode')
  const migrating = applyMigrations(url, source())
  await until('the migration at the lock', async () => (await asked(url, WAITING)).length > 0, PATIENCE_MS)
  // The table is held until this was answered: behind a migration that only waits it never would be.
  await asked(url, 'select * from busy')
  await holder.query('commit')
  await holder.end()
  expect(await migrating).toEqual(['20260101000001_two'])
})

const WAITING = `select 1 from pg_locks where relation = 'busy'::regclass and not granted`
