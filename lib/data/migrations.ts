import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pool } from './database'

// Servers run in the project's folder, from source and built alike.
const FOLDER = join('prisma', 'migrations')

/** The names of the migrations that this version comes with. */
export async function listKnownMigrations(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

const APPLIED = `select migration_name as name from _prisma_migrations
  where finished_at is not null and rolled_back_at is null`

/** The names of the migrations that this database has. */
export async function listAppliedMigrations(): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(APPLIED)
  return rows.map(({ name }) => name)
}
