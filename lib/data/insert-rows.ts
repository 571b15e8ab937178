import type { RunSql } from './append-events'

/** A row by the names the domain has for its columns: `tenantId` is kept in `tenant_id`. */
type Row = Readonly<Record<string, unknown>>

const columnOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const toColumns = (row: Row) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value]))

/**
 * Stores rows of a table in one statement. The table itself says of what type each value is; a column that none of the
 * rows names gets its default. Tables and names stand in the code: nothing of what people wrote becomes SQL.
 */
export async function insertRows(run: RunSql, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const named = Object.entries(first).filter(([, value]) => value !== undefined)
  const columns = named.map(([name]) => columnOf(name)).join(', ')
  await run(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
    JSON.stringify(rows.map(toColumns)),
  )
}
