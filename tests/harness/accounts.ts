import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { closeDatabase } from '@/lib/data/database'
import { projectRoot } from '@/lib/ops/entry'
import { applyMigrations } from '@/lib/ops/migrations/apply'
import { startPostgres } from './postgres.mjs'

export const ACCOUNTS = ['owner', 'app', 'reader'] as const
export type Account = (typeof ACCOUNTS)[number]

/** Statements one after the other on a connection of their own. */
export async function asked(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

export type SeparatedServer = Awaited<ReturnType<typeof separatedServer>>

/**
 * A server of its own as docs/operations.md makes it: prisma/roles.sql by its administrator, the migrations by the
 * owner. `lib/data` of this process then works with the application's account.
 */
export async function separatedServer() {
  await closeDatabase()
  const server = await startPostgres()
  await asked(server.url('postgres'), 'create database countersign')
  const administrator = server.url('countersign')
  await asked(administrator, await readFile(join(projectRoot, 'prisma/roles.sql'), 'utf8'))
  const urlOf = (account: Account) => {
    const url = new URL(administrator)
    url.username = `countersign_${account}`
    return url.href
  }
  await applyMigrations(urlOf('owner'))
  Object.assign(process.env, { DATABASE_URL: urlOf('app'), COUNTERSIGN_EMBEDDED: '0' })
  const stop = async () => {
    await closeDatabase()
    await server.stop()
  }
  return { ...server, administrator, urlOf, stop }
}
