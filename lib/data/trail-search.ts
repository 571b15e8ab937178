import type { Actor } from '@/lib/domain/access'
import type { TrailQuery } from '@/lib/domain/trail-query'
import type { TrailEntry, TrailRow } from '@/lib/domain/trail-record'
import { pool } from './database'
import { binder, matching, visibleEntries } from './trail-conditions'
import { parseEntry } from './trail-rows'

export const TRAIL_COLUMNS = `e.leaf::text as leaf, e.at, e.human_id, p.name as human_name, e.agent_id,
    a.slug as agent_slug, e.request_id, e.grant_id, e.credential_id, e.decision_ids, e.policy_ids, e.entry`

const NAMED = `left join person p on p.id = e.human_id
  left join agent a on a.id = e.agent_id`

export type StoredRow = {
  leaf: string
  at: Date
  human_id: string | null
  human_name: string | null
  agent_id: string | null
  agent_slug: string | null
  request_id: string | null
  grant_id: string | null
  credential_id: string | null
  decision_ids: string[]
  policy_ids: string[]
  entry: string
}

export const trailRowOf = (row: StoredRow): TrailRow => {
  const { type, outcome, data } = parseEntry(row.entry)
  return {
    leaf: Number(row.leaf),
    at: row.at,
    type,
    outcome,
    human: row.human_id === null ? null : { id: row.human_id, name: row.human_name ?? row.human_id },
    agent: row.agent_id === null ? null : { id: row.agent_id, slug: row.agent_slug ?? row.agent_id },
    requestId: row.request_id,
    grantId: row.grant_id,
    credentialId: row.credential_id,
    decisionIds: row.decision_ids,
    policyIds: row.policy_ids,
    data,
  }
}

export type TrailPage = { rows: TrailRow[]; older: number | null }

/** The newest entries that match and that this person may see, a keyset page at a time: those with a leaf below `before`. */
export async function searchTrail(
  actor: Actor,
  query: TrailQuery,
  { take, below }: { take: number; below?: number | undefined },
): Promise<TrailPage> {
  const { values, bind } = binder()
  const where = matching(actor, query, bind)
  const page = below === undefined ? '' : `and e.leaf < ${bind(below)}::bigint`
  const { rows } = await pool().query<StoredRow>(
    `select ${TRAIL_COLUMNS}
     from (select * from trail_event e where ${where} ${page} order by e.leaf desc limit ${bind(take + 1)}) e
     ${NAMED} order by e.leaf desc`,
    values,
  )
  const shown = rows.slice(0, take).map(trailRowOf)
  return { rows: shown, older: rows.length > take ? (shown.at(-1)?.leaf ?? null) : null }
}

type EntryRow = StoredRow & { leaf_hash: string; texts: TrailEntry['texts'] }

/** One entry with its texts, if this person may see it. */
export async function findTrailEntry(actor: Actor, leaf: number): Promise<TrailEntry | null> {
  const { values, bind } = binder()
  const { rows } = await pool().query<EntryRow>(
    `select ${TRAIL_COLUMNS}, encode(e.leaf_hash, 'hex') as leaf_hash,
       (select coalesce(json_agg(json_build_object('name', t.name, 'salt', encode(t.salt, 'hex'), 'text', t.text)
         order by t.name), '[]') from trail_text t where t.leaf = e.leaf) as texts
     from trail_event e ${NAMED}
     where ${visibleEntries(actor, bind)} and e.leaf = ${bind(leaf)}::bigint`,
    values,
  )
  const [row] = rows
  if (!row) return null
  const { by, seeded } = parseEntry(row.entry)
  return {
    ...trailRowOf(row),
    entry: row.entry,
    leafHash: row.leaf_hash,
    via: by.via,
    isSeeded: seeded,
    texts: row.texts,
  }
}
