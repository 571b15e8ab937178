import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { projectRoot } from '../entry'
import { listMigrations } from './folder'

const RIGHTS = join(projectRoot, 'prisma/rights.sql')

/** Runs one piece of work on a connection of its own. */
export async function onConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return work(client).finally(() => client.end())
}

/** The migrations of a folder that the database lacks. Reading is enough: the application's account may ask. */
export function missingMigrations(url: string, migrationsDir: string): Promise<string[]> {
  return onConnection(url, async (client) => {
    const { migrationDirectories } = await listMigrations(migrationsDir)
    const names = migrationDirectories.map(({ path }) => path)
    const { rows: found } = await client.query(
      `select to_regclass('_prisma_migrations') is not null as known`,
    )
    if (!found[0]?.known) return names
    const { rows } = await client.query<{ name: string }>(
      `select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null`,
    )
    const applied = new Set(rows.map(({ name }) => name))
    return names.filter((name) => !applied.has(name))
  })
}

/** Throws one sentence when this account may not change the schema, before anything is tried. */
export function requireOwner(url: string, missing: readonly string[]): Promise<void> {
  return onConnection(url, async (client) => {
    const { rows } = await client.query<{ may: boolean; account: string }>(
      `select has_schema_privilege('public', 'create') as may, current_user as account`,
    )
    if (rows[0]?.may) return
    throw new Error(
      `The database lacks ${missing.join(', ')}, and the account ${rows[0]?.account} may not change its schema. Set MIGRATION_DATABASE_URL to the owner's account and run: npm start -- migrate`,
    )
  })
}

const SEPARATED = `select count(*) = 2 as separated from pg_roles
  where rolname in ('countersign_app', 'countersign_reader')
    and (select pg_has_role(relowner, 'usage') from pg_class where oid = 'trail_event'::regclass)`

/** Gives the accounts of prisma/roles.sql what prisma/rights.sql says, where they exist and this one owns the tables. */
export async function giveRights(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ separated: boolean }>(SEPARATED)
  if (!rows[0]?.separated) return false
  await client.query(await readFile(RIGHTS, 'utf8'))
  return true
}
