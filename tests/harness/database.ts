import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { closeDatabase } from '@/lib/data/database'
import { startEmbedded } from '@/lib/ops/embedded/start'

export type FreshDatabase = {
  url: string
  backend: 'embedded' | 'postgres'
  /** What a process started by the test needs to find this database. */
  env: { DATABASE_URL: string; COUNTERSIGN_EMBEDDED: '0' | '1' }
  dispose: () => Promise<void>
}

/**
 * A migrated, empty database of its own, on the backend of this run, and the one `lib/data` now talks to.
 * Make it in `beforeAll` or `beforeEach` and dispose of it in the matching `after…`.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  await closeDatabase()
  const template = inject('template')
  const made =
    template.backend === 'embedded'
      ? await copyEmbedded(template.folder)
      : await copyPostgres(template.server, template.name)
  const env = {
    DATABASE_URL: made.url,
    COUNTERSIGN_EMBEDDED: template.backend === 'embedded' ? '1' : '0',
  } as const
  Object.assign(process.env, env)
  const dispose = async () => {
    await closeDatabase()
    await made.remove()
  }
  return { url: made.url, backend: template.backend, env, dispose }
}

async function copyEmbedded(template: string) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-'))
  const embedded = await startEmbedded(folder, { template })
  const remove = async () => {
    await embedded.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { url: embedded.url, remove }
}

async function copyPostgres(server: string, template: string) {
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`) }
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
