import { access, cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

/**
 * Opens the database in `dataDir`, making it on first use.
 * A kill during PostgreSQL's own initialisation leaves a folder that never opens again, so it is made beside
 * and takes its name only when it is complete. The caller holds the folder's lock.
 */
export async function openDatabase(dataDir: string, template?: string): Promise<PGlite> {
  const complete = join(dataDir, 'database')
  await removeUnfinished(dataDir)
  if (!(await exists(complete))) await makeDatabase(complete, template)
  return PGlite.create(complete)
}

async function makeDatabase(complete: string, template: string | undefined) {
  const unfinished = `${complete}.new-${process.pid}`
  if (template) await cp(template, unfinished, { recursive: true })
  else await (await PGlite.create(unfinished)).close()
  await rename(unfinished, complete)
}

async function removeUnfinished(dataDir: string) {
  const left = (await readdir(dataDir)).filter((name) => name.startsWith('database.new-'))
  for (const name of left) await rm(join(dataDir, name), { recursive: true, force: true })
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
