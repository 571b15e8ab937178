import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DEFAULT_DATA_DIR, readSettings, type Settings } from '@/lib/domain/settings'
import { connectionString } from './embedded/folder'

/** The supervisor's settings. In embedded mode the installation's secret is made on first use and kept. */
export async function prepareSettings(env: NodeJS.ProcessEnv): Promise<Settings> {
  const dataDir = resolve(env.COUNTERSIGN_DATA_DIR || DEFAULT_DATA_DIR)
  const isServed = Boolean(env.DATABASE_URL)
  const secret = env.COUNTERSIGN_SECRET || (isServed ? undefined : await keptSecret(dataDir))
  const settings = readSettings({ ...env, COUNTERSIGN_SECRET: secret, COUNTERSIGN_EMBEDDED: undefined })
  return { ...settings, dataDir, databaseUrl: settings.databaseUrl ?? connectionString(dataDir) }
}

/** Of two processes that make it at once, both end with the same secret: link(2) lets one be first. */
export async function keptSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret')
  const kept = await readFile(path, 'utf8').catch(() => '')
  if (kept !== '') return kept.trim()
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  await link(draft, path).catch(() => {})
  await rm(draft)
  return (await readFile(path, 'utf8')).trim()
}
