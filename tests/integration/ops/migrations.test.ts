import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { startThrowaway } from '@/lib/ops/embedded/throwaway'
import {
  applyMigrations,
  createMigration,
  type MigrationSource,
  ownMigrations,
} from '@/lib/ops/migrations/apply'
import { until } from '@/lib/ops/supervision/ready'

// Everything here starts processes: a busy machine takes its time, and nothing waits longer than it must.
const PATIENCE_MS = 30_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const NOTES = `
datasource db {
  provider = "postgresql"
}
model Note {
  id String @id
}
`
const TRIGGER = `
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a note; never changes';
END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON "Note" FOR EACH ROW EXECUTE FUNCTION refuse();
`

type Empty = { url: string; stop(): Promise<void> }
let database: Empty
let source: MigrationSource
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cs-'))
  source = { schemaPath: join(dir, 'schema.prisma'), migrationsDir: join(dir, 'migrations') }
  database = await emptyDatabase()
})

afterEach(async () => {
  await database.stop()
  await rm(dir, { recursive: true, force: true })
})

async function emptyDatabase(): Promise<Empty> {
  const template = inject('template')
  if (template.backend === 'embedded') return startThrowaway()
  const name = `empty_${process.pid}_${Date.now()}`
  await ask(template.server, `CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(template.server)
  url.pathname = `/${name}`
  const stop = async () => {
    await ask(template.server, `DROP DATABASE ${name} WITH (FORCE)`)
  }
  return { url: url.href, stop }
}

async function ask(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

async function writeMigration(name: string, sql: string): Promise<string> {
  await mkdir(join(source.migrationsDir, name), { recursive: true })
  await writeFile(join(source.migrationsDir, name, 'migration.sql'), sql)
  return name
}

describe('migrations', () => {
  it('of the product apply to an empty database, once, and say what the schema says', async () => {
    const applied = await applyMigrations(database.url)
    expect(applied.length).toBeGreaterThan(0)
    expect(await applyMigrations(database.url)).toEqual([])
    const shadow = await emptyDatabase()
    expect(await createMigration('nothing', shadow.url, new Date(), ownMigrations)).toBeNull()
    await shadow.stop()
  })

  it('are applied once when a replica starts while another still migrates', async () => {
    await writeFile(source.schemaPath, NOTES)
    const name = await writeMigration(
      '20260101000000_slow',
      'SELECT pg_sleep(1); CREATE TABLE "Note" (id text);',
    )
    const apply = () => applyMigrations(database.url, source)
    const first = apply()
    // The embedded database has one supervisor and no replicas, and its advisory locks exclude nobody.
    const isServed = inject('template').backend === 'postgres'
    const begun = async () => (await ask(database.url, 'SELECT FROM _prisma_migrations')).length > 0
    if (isServed) await until('the first migration', begun, PATIENCE_MS)
    const second = isServed ? apply() : []
    expect([await first, await second]).toEqual([[name], []])
    const rows = await ask(database.url, 'SELECT rolled_back_at FROM _prisma_migrations')
    expect(rows).toEqual([{ rolled_back_at: null }])
  })

  it('are written from the difference and may carry triggers', async () => {
    await writeFile(source.schemaPath, NOTES)
    const first = await createMigration('notes', database.url, new Date('2026-01-02T03:04:05Z'), source)
    expect(first).toBe(join(source.migrationsDir, '20260102030405_notes', 'migration.sql'))
    expect(await readFile(first ?? '', 'utf8')).toContain('CREATE TABLE "Note"')
    await writeMigration('20260102030406_refuse', TRIGGER)
    expect(await applyMigrations(database.url, source)).toEqual([
      '20260102030405_notes',
      '20260102030406_refuse',
    ])
    await ask(database.url, `INSERT INTO "Note" VALUES ('one')`)
    await expect(ask(database.url, `UPDATE "Note" SET id = 'two'`)).rejects.toThrow('a note; never changes')
  })

  it('that fail leave nothing, say the database’s words, and run again once mended', async () => {
    await writeFile(source.schemaPath, NOTES)
    const name = await writeMigration(
      '20260101000000_notes',
      'CREATE TABLE "Note" (id text); SELECT missing;',
    )
    await expect(applyMigrations(database.url, source)).rejects.toThrow(/A migration failed: .*missing/)
    expect(await ask(database.url, `SELECT to_regclass('"Note"') AS found`)).toEqual([{ found: null }])
    await writeMigration(name, 'CREATE TABLE "Note" (id text PRIMARY KEY);')
    expect(await applyMigrations(database.url, source)).toEqual([name])
  })

  it('that ran and whose engine ended before its own note are not run again', async () => {
    await writeFile(source.schemaPath, NOTES)
    await writeMigration('20260101000000_notes', 'CREATE TABLE "Note" (id text PRIMARY KEY);')
    await applyMigrations(database.url, source)
    await ask(
      database.url,
      `CREATE FUNCTION ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'ended'; END $$;
       CREATE TRIGGER ended BEFORE UPDATE OF applied_steps_count ON _prisma_migrations
         FOR EACH ROW EXECUTE FUNCTION ended();`,
    )
    await writeMigration('20260101000001_more', 'CREATE TABLE more (id text);')
    await expect(applyMigrations(database.url, source)).rejects.toThrow()
    await ask(database.url, 'DROP FUNCTION ended CASCADE')
    expect(await applyMigrations(database.url, source)).toEqual([])
    const rows = await ask(
      database.url,
      `SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    )
    expect(rows).toHaveLength(2)
  })
})
