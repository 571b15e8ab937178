import { startThrowaway } from './embedded/throwaway'
import { GIVE_UP } from './exit-codes'
import { applyMigrations, createMigration, ownMigrations, renewRights } from './migrations/apply'
import { missingMigrations, requireOwner } from './migrations/state'

/**
 * `migrate` applies prisma/migrations to MIGRATION_DATABASE_URL or DATABASE_URL; where nothing is missing it changes
 * nothing, so that an account without the right to may say it too. `migrate check` only says whether one is missing.
 * `migrate create <name>` writes a new folder there from the difference to prisma/schema.prisma; its
 * migration.sql may then be edited by hand (triggers, rights, data).
 */
async function main([command, name]: string[]) {
  if (command === 'create') return create(name)
  const url = (command !== 'check' && process.env.MIGRATION_DATABASE_URL) || process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set, so there is no database to migrate.')
  const missing = await missingMigrations(url, ownMigrations.migrationsDir)
  if (command === 'check') return requireCurrent(missing)
  if (missing.length > 0) await requireOwner(url, missing)
  const applied = missing.length > 0 ? await applyMigrations(url) : []
  for (const migration of applied) console.log(`applied ${migration}`)
  if (await renewRights(url)) console.log('The accounts have the rights of prisma/rights.sql.')
  if (applied.length === 0) console.log('The database is up to date.')
}

function requireCurrent(missing: readonly string[]) {
  if (missing.length === 0) return
  throw new Error(`The database lacks ${missing.join(', ')}. Run first: npm start -- migrate`)
}

async function create(name: string | undefined) {
  if (!name || !/^[a-z0-9_]+$/.test(name))
    throw new Error('Name the migration in small letters: create add_grants')
  const shadow = await startThrowaway()
  try {
    const file = await createMigration(name, shadow.url, new Date())
    console.log(file ? `written ${file}` : 'The migrations already say what the schema says.')
  } finally {
    await shadow.stop()
  }
}

// The engine leaves a timer of ten seconds behind, so the end is said and not waited for.
main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(GIVE_UP)
  },
)
