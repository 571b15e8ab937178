import { startThrowaway } from './embedded/throwaway'
import { GIVE_UP } from './exit-codes'
import { applyMigrations, createMigration } from './migrations/apply'

/**
 * `migrate` applies prisma/migrations to DATABASE_URL.
 * `migrate create <name>` writes a new folder there from the difference to prisma/schema.prisma; its
 * migration.sql may then be edited by hand (triggers, rights, data).
 */
async function main([command, name]: string[]) {
  if (command === 'create') return create(name)
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set, so there is no database to migrate.')
  const applied = await applyMigrations(url)
  for (const migration of applied) console.log(`applied ${migration}`)
  if (applied.length === 0) console.log('The database is up to date.')
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
