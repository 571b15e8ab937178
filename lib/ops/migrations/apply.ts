import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import type pg from 'pg'
import { projectRoot } from '../entry'
import { listMigrations, writeMigration } from './folder'
import { migrationAdapter, openSchemaEngine, type SchemaFile } from './schema-engine'
import { giveRights, onConnection } from './state'

export type MigrationSource = { schemaPath: string; migrationsDir: string }

export const ownMigrations: MigrationSource = {
  schemaPath: join(projectRoot, 'prisma/schema.prisma'),
  migrationsDir: join(projectRoot, 'prisma/migrations'),
}

const EVERYTHING = { externalTables: [], externalEnums: [] }
const NO_DIFFERENCE = 0
/** Names the lock among the database's advisory locks. */
const MIGRATING = 4_711_042
const MOST_ATTEMPTS = 10
const BETWEEN_ATTEMPTS_MS = 1000

/** Applies every migration the database lacks, oldest first, gives the accounts their rights, returns the names. */
export async function applyMigrations(
  url: string,
  source: MigrationSource = ownMigrations,
): Promise<string[]> {
  const schema = await readSchema(source)
  const migrationsList = await listMigrations(source.migrationsDir)
  return oneAtATime(url, async (client) => {
    const applied = await patiently(() => applyOnce(url, schema, migrationsList))
    if (source === ownMigrations) await giveRights(client)
    return applied
  })
}

/** Gives the accounts their rights again, where this one owns the tables and they exist. */
export const renewRights = (url: string): Promise<boolean> => oneAtATime(url, giveRights)

class MigrationFailed extends Error {
  override name = 'MigrationFailed'
}

/** A table in use is waited for in short turns: whoever waits for a lock makes everybody behind wait too. */
async function patiently<T>(work: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isLocked = error instanceof MigrationFailed && /lock timeout|deadlock detected/.test(error.message)
    if (!isLocked || attempt >= MOST_ATTEMPTS) throw error
    await pause(BETWEEN_ATTEMPTS_MS)
    return patiently(work, attempt + 1)
  }
}

async function applyOnce(url: string, schema: SchemaFile, migrationsList: MigrationList): Promise<string[]> {
  let failure: Error | undefined
  const adapter = migrationAdapter(url, url, {
    scripts: migrationsList.migrationDirectories,
    onFailure: (error) => {
      failure = error
    },
  })
  const engine = await openSchemaEngine(schema, adapter.factory)
  try {
    return await applyTo(engine, migrationsList)
  } catch (error) {
    throw failure ? new MigrationFailed(`A migration failed: ${failure.message}`, { cause: error }) : error
  } finally {
    engine.free()
    await adapter.close()
  }
}

async function applyTo(engine: SchemaEngine, migrationsList: MigrationList): Promise<string[]> {
  const history = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: EVERYTHING,
  })
  // A migration and its record are one transaction, so one that has no record left nothing and may simply run.
  for (const migrationName of history.failedMigrationNames) {
    await engine.markMigrationRolledBack({ migrationName })
  }
  const applied = await engine.applyMigrations({ migrationsList, filters: EVERYTHING })
  return applied.appliedMigrationNames
}

/**
 * Replicas that start together migrate one after the other: to the second, a migration still running in the
 * first looks like one that failed. (On the embedded database the lock excludes nobody; one supervisor does.)
 */
const oneAtATime = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  onConnection(url, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING])
    return work(client).finally(() => client.query('SELECT pg_advisory_unlock($1)', [MIGRATING]))
  })

/**
 * Writes the migration that leads from the migrations so far to the schema and returns its file; null when
 * they agree. `shadowUrl` is an empty database that may be written to: the migrations so far are played there.
 */
export async function createMigration(
  name: string,
  shadowUrl: string,
  now: Date,
  source: MigrationSource = ownMigrations,
): Promise<string | null> {
  const schema = await readSchema(source)
  const adapter = migrationAdapter(shadowUrl, shadowUrl)
  const engine = await openSchemaEngine(schema, adapter.factory)
  try {
    const migrationsList = await listMigrations(source.migrationsDir)
    const difference = await engine.diff({
      from: { tag: 'migrations', ...migrationsList },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters: EVERYTHING,
    })
    if (difference.exitCode === NO_DIFFERENCE) return null
    const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14)
    return await writeMigration(source.migrationsDir, `${stamp}_${name}`, difference.stdout ?? '')
  } finally {
    engine.free()
    await adapter.close()
  }
}

async function readSchema({ schemaPath }: MigrationSource): Promise<SchemaFile> {
  return { path: schemaPath, content: await readFile(schemaPath, 'utf8') }
}
