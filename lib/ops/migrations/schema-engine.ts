import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { projectRoot } from '../entry'

export type MigrationAdapter = { factory: SqlMigrationAwareDriverAdapterFactory; close(): Promise<void> }
export type SchemaFile = { path: string; content: string }

let instantiated: Promise<void> | undefined

/** Prisma's own schema engine in its WebAssembly build: no native engine is ever downloaded. */
export async function openSchemaEngine(
  schema: SchemaFile,
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<glue.SchemaEngine> {
  instantiated ??= instantiate()
  await instantiated
  return glue.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory),
  )
}

async function instantiate() {
  // A panic inside the engine says why only through this name.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) },
  })
  const entry = createRequire(join(projectRoot, 'package.json')).resolve(
    '@prisma/schema-engine-wasm/schema_engine_bg',
  )
  const bytes = await readFile(join(dirname(entry), 'schema_engine_bg.wasm'))
  // The engine's glue is typed as a module of functions; WebAssembly wants them as one record of imports.
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': glue as unknown as Record<string, WebAssembly.ImportValue>,
  })
  const bound = glue as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void }
  bound.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
}

const CATALOG_CHAR = 18
const TEXT = 25

/**
 * The engine reads PostgreSQL's catalogue, whose one-byte `"char"` columns the adapter does not know. They
 * pass it as text and are told to the engine as what they are.
 */
class CatalogPool extends pg.Pool {
  characterColumns: number[] = []
  // The adapter only ever calls the promise form with one argument; the library's overloads are many.
  override query = (async (query: pg.QueryConfig) => {
    const result = await super.query(query)
    this.characterColumns = []
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== CATALOG_CHAR) continue
      field.dataTypeID = TEXT
      this.characterColumns.push(index)
    }
    return result
  }) as pg.Pool['query']
}

function toldAsCharacters(set: SqlResultSet, columns: number[]): SqlResultSet {
  const columnTypes = set.columnTypes.map((type, index) =>
    columns.includes(index) ? ColumnTypeEnum.Character : type,
  )
  return { ...set, columnTypes }
}

/** How long a migration may wait for a table, and with it everybody behind it. */
const LOCK_TIMEOUT_MS = 2000

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** The engine records a migration after it ran. Recorded with it, no kill can come between the two. */
const recorded = (script: string, name: string) =>
  `${script}
;UPDATE _prisma_migrations SET finished_at = clock_timestamp()
  WHERE migration_name = ${quoted(name)} AND finished_at IS NULL AND rolled_back_at IS NULL;`

type MigrationScripts = {
  scripts?: readonly glue.MigrationDirectory[]
  onFailure?: (error: Error) => void
}

/**
 * The engine's way to the database. A migration is sent whole: the adapter's own way cuts it at every `;`,
 * also inside a trigger's body. PostgreSQL runs a script sent whole in one transaction, so a migration that
 * fails leaves nothing behind. `onFailure` hears the database's words, which the engine would swallow.
 */
export function migrationAdapter(
  url: string,
  shadowUrl: string,
  { scripts = [], onFailure = () => {} }: MigrationScripts = {},
): MigrationAdapter {
  const pools: pg.Pool[] = []
  const nameOf = (script: string) =>
    scripts.find(({ migrationFile: { content } }) => content.tag === 'ok' && content.value === script)?.path
  const connectTo = async (connectionString: string): Promise<SqlDriverAdapter> => {
    const pool = new CatalogPool({ connectionString, lock_timeout: LOCK_TIMEOUT_MS })
    pools.push(pool)
    const adapter = await new PrismaPg(pool).connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (query) => toldAsCharacters(await queryRaw(query), pool.characterColumns)
    adapter.executeScript = async (script) => {
      const name = nameOf(script)
      await pool.query(name ? recorded(script, name) : script).catch((error: Error) => {
        onFailure(error)
        throw error
      })
    }
    return adapter
  }
  return {
    factory: {
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect: () => connectTo(url),
      connectToShadowDb: () => connectTo(shadowUrl),
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}
