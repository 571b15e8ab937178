import type { Actor } from '@/lib/domain/access'
import type { TrailQuery } from '@/lib/domain/trail-query'
import { pool } from './database'
import { binder, matching } from './trail-conditions'
import { type StoredRow, TRAIL_COLUMNS } from './trail-search'

/** One entry as it leaves: the columns, the canonical text, its hashes, its texts with their salts. */
export type ExportRow = StoredRow & {
  leaf_hash: string
  chain: string
  texts: { name: string; salt: string; text: string | null }[]
}

const PAGE = 500

/** How many entries below `head` match and may be seen. Leaf indexes are dense: below a head nothing is added later. */
export async function countTrail(actor: Actor, query: TrailQuery, head: number): Promise<number> {
  const { values, bind } = binder()
  const where = matching(actor, query, bind)
  const { rows } = await pool().query<{ n: string }>(
    `select count(*) as n from trail_event e where ${where} and e.leaf < ${bind(head)}::bigint`,
    values,
  )
  return Number(rows[0]?.n ?? 0)
}

/** The matching entries below `head`, oldest first, some hundred at a time. */
export async function* readTrail(
  actor: Actor,
  query: TrailQuery,
  head: number,
): AsyncGenerator<ExportRow[], void> {
  let from = 0
  while (from < head) {
    const { values, bind } = binder()
    const where = matching(actor, query, bind)
    const { rows } = await pool().query<ExportRow>(
      `select ${TRAIL_COLUMNS}, encode(e.leaf_hash, 'hex') as leaf_hash, encode(e.chain, 'hex') as chain,
         (select coalesce(json_agg(json_build_object('name', t.name, 'salt', encode(t.salt, 'hex'), 'text', t.text)
           order by t.name), '[]') from trail_text t where t.leaf = e.leaf) as texts
       from (select * from trail_event e where ${where} and e.leaf >= ${bind(from)}::bigint
         and e.leaf < ${bind(head)}::bigint order by e.leaf limit ${bind(PAGE)}) e
       left join person p on p.id = e.human_id
       left join agent a on a.id = e.agent_id
       order by e.leaf`,
      values,
    )
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (rows.length < PAGE || !last) return
    from = Number(last.leaf) + 1
  }
}
