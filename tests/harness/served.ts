import { closeDatabase } from '@/lib/data/database'
import { applyMigrations } from '@/lib/ops/migrations/apply'
import { SECRET } from './authority'
import { freePort } from './ports.mjs'
import { startPostgres } from './postgres.mjs'
import { type StartedProcess, startProcess } from './processes'

export type OwnServer = Awaited<ReturnType<typeof ownServer>>

/** A PostgreSQL server of its own with a migrated database, which `lib/data` of this process now talks to. */
export async function ownServer() {
  await closeDatabase()
  const server = await startPostgres()
  const url = server.url('postgres')
  await applyMigrations(url)
  Object.assign(process.env, { DATABASE_URL: url, COUNTERSIGN_EMBEDDED: '0' })
  const stop = async () => {
    await closeDatabase()
    await server.stop()
  }
  return { ...server, databaseUrl: url, stop }
}

export type AuthorityProcess = StartedProcess & { issuer: string; port: number }

type Unusual = { issuer?: string; nodeArgs?: string[]; env?: Record<string, string> }

/** The authority as a process of its own on a served database. */
export async function authorityProcess(
  databaseUrl: string,
  { issuer, nodeArgs = [], env: more = {} }: Unusual = {},
): Promise<AuthorityProcess> {
  const port = await freePort()
  const env = {
    DATABASE_URL: databaseUrl,
    COUNTERSIGN_EMBEDDED: '0',
    COUNTERSIGN_DEMO: '0',
    COUNTERSIGN_SECRET: SECRET,
    AUTHORITY_PORT: String(port),
    ...(issuer ? { COUNTERSIGN_ISSUER: issuer } : {}),
    ...more,
  }
  const started = await startProcess('lib/authority/main.ts', env, { nodeArgs })
  return { ...started, port, issuer: issuer ?? `http://127.0.0.1:${port}` }
}
