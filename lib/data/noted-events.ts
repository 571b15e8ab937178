import { z } from 'zod'
import { PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import type { NotedEvent } from '@/lib/domain/notice'
import { pool } from './database'
import { parseEntry } from './trail-rows'

const Row = z.object({
  leaf: z.string(),
  at: z.date(),
  tenant_id: TenantId,
  request_id: RequestId.nullable(),
  entry: z.string(),
})

const By = z.object({ humanId: PersonId.optional() })
const OfStage = z.object({ stage: z.string(), tenant: z.string() })

function notedOf(row: z.infer<typeof Row>): NotedEvent | null {
  const entry = parseEntry(row.entry)
  // What is told as the past of a demo was never anybody's news.
  if (entry.seeded) return null
  const stage = OfStage.safeParse(entry.data)
  return {
    leaf: Number(row.leaf),
    at: row.at,
    type: entry.type,
    outcome: entry.outcome,
    tenantId: row.tenant_id,
    requestId: row.request_id,
    by: By.parse(entry.by).humanId ?? null,
    isNarrowing: 'struck' in entry.data,
    stage: stage.success ? { name: stage.data.stage, tenantId: stage.data.tenant } : null,
  }
}

/** Where a cursor stands, and where the trail ends. */
async function findSpan(name: string): Promise<{ from: number; head: number }> {
  const { rows } = await pool().query<{ next: string; head: string }>(
    `select c.next_leaf::text as next, h.next_leaf::text as head from trail_cursor c, trail_head h
     where c.name = $1 and h.id = 1`,
    [name],
  )
  const [mark] = rows
  if (!mark) throw new Error(`There is no cursor ${name}. The database was not migrated.`)
  return { from: Number(mark.next), head: Number(mark.head) }
}

/** Whether there is anything behind a cursor. */
export async function isBehindHead(name: string): Promise<boolean> {
  const { from, head } = await findSpan(name)
  return from < head
}

export type Reading = { from: number; to: number; isMore: boolean; events: NotedEvent[] }

/**
 * The next entries of some types behind the cursor, in order, and how far they reach: to the head when there are no
 * more. Leaf indexes are dense and their entries are committed with the head, so nothing is ever skipped.
 */
export async function readBehindCursor(
  name: string,
  types: readonly string[],
  most: number,
): Promise<Reading | null> {
  const { from, head } = await findSpan(name)
  if (from >= head) return null
  const { rows } = await pool().query(
    `select leaf::text, at, tenant_id, request_id, entry from trail_event
     where leaf >= $1::bigint and leaf < $2::bigint and type = any($3::text[]) and tenant_id is not null
     order by leaf limit $4`,
    [from, head, types, most],
  )
  const read = rows.map((row) => Row.parse(row))
  const last = read.at(-1)
  const to = read.length === most && last ? Number(last.leaf) + 1 : head
  return { from, to, isMore: to < head, events: read.flatMap((row) => notedOf(row) ?? []) }
}
