import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { projectRoot } from '../entry'
import { listMigrations, writeMigration } from './folder'
import { migrationAdapter, openSchemaEngine, type SchemaFile } from './schema-engine'

export type MigrationSource = { schemaPath: string; migrationsDir: string }

export const ownMigrations: MigrationSource = {
  schemaPath: join(projectRoot, 'prisma/schema.prisma'),
  migrationsDir: join(projectRoot, 'prisma/migrations'),
}

const EVERYTHING = { externalTables: [], externalEnums: [] }
const NO_DIFFERENCE = 0
/** Names the lock among the database's advisory locks. */
const MIGRATING = 4_711_042

/** Applies every migration the database lacks, oldest first, and returns their names. */
export async function applyMigrations(
  url: string,
  source: MigrationSource = ownMigrations,
): Promise<string[]> {
  let failure: Error | undefined
  const adapter = migrationAdapter(url, url, (error) => {
    failure = error
  })
  const engine = await openSchemaEngine(await readSchema(source), adapter.factory)
  try {
    const migrationsList = await listMigrations(source.migrationsDir)
    return await oneAtATime(url, () => applyTo(engine, migrationsList))
  } catch (error) {
    throw failure ? new Error(`A migration failed: ${failure.message}`, { cause: error }) : error
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
  // A migration runs in one transaction, so one that failed left nothing and may simply run again.
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
async function oneAtATime<T>(connectionString: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING])
    return await work().finally(() => client.query('SELECT pg_advisory_unlock($1)', [MIGRATING]))
  } finally {
    await client.end()
  }
}

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
