import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg'

const LOCK_FILE = 'migration_lock.toml'
const LOCK_TEXT =
  '# Written by the migration command. It names the dialect of every migration here.\nprovider = "postgresql"\n'

/** Every migration of a folder, oldest first, as the schema engine wants to be told. */
export async function listMigrations(baseDir: string): Promise<MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true }).catch(() => [])
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const migrationDirectories = await Promise.all(names.sort().map((name) => readMigration(baseDir, name)))
  return {
    baseDir,
    lockfile: { path: LOCK_FILE, content: LOCK_TEXT },
    shadowDbInitScript: '',
    migrationDirectories,
  }
}

async function readMigration(baseDir: string, name: string): Promise<MigrationDirectory> {
  const path = 'migration.sql'
  const value = await readFile(join(baseDir, name, path), 'utf8')
  return { path: name, migrationFile: { path, content: { tag: 'ok', value } } }
}

/** Writes a new migration and returns its file. */
export async function writeMigration(baseDir: string, name: string, script: string): Promise<string> {
  const file = join(baseDir, name, 'migration.sql')
  await mkdir(join(baseDir, name), { recursive: true })
  await writeFile(file, script)
  await writeFile(join(baseDir, LOCK_FILE), LOCK_TEXT)
  return file
}
