import { pool } from '@/lib/data/database'
import { chainHash, leafHash } from '@/lib/trail/hash'

/** What the client was told is done. */
export type Acknowledged = { submitted: string[]; approved: string[]; issued: string[] }

const MISSING = `select
  (select count(*)::int from unnest($1::text[]) id where not exists (select 1 from request r where r.id = id.id)
     or not exists (select 1 from trail_event e where e.request_id = id.id and e.type = 'request.filed')) as submitted,
  (select count(*)::int from unnest($2::text[]) id where not exists (select 1 from permission_grant g where g.request_id = id.id)
     or not exists (select 1 from trail_event e where e.request_id = id.id and e.type = 'approval.signed')) as approved,
  (select count(*)::int from unnest($3::text[]) id where not exists (select 1 from credential c where c.id = id.id)
     or not exists (select 1 from trail_event e where e.credential_id = id.id and e.type = 'credential.issued')) as issued`

/** How many of the acknowledged acts are not in the database or not in the trail. */
export async function countLost({ submitted, approved, issued }: Acknowledged): Promise<number> {
  const { rows } = await pool().query<Record<string, number>>(MISSING, [submitted, approved, issued])
  return Object.values(rows[0] ?? { none: Number.NaN }).reduce((sum, count) => sum + count, 0)
}

type Entry = { leaf: string; entry: string; leaf_hash: Buffer; chain: Buffer }

/** How many entries of the trail do not follow from the one before them. */
export async function countUnchained(): Promise<number> {
  const { rows } = await pool().query<Entry>(
    'select leaf, entry, leaf_hash, chain from trail_event order by leaf',
  )
  let chain: Uint8Array = new Uint8Array(32)
  let wrong = 0
  for (const [at, row] of rows.entries()) {
    const hash = leafHash(row.entry)
    const next = chainHash(chain, hash)
    if (Number(row.leaf) !== at || !hash.equals(row.leaf_hash) || !next.equals(row.chain)) wrong += 1
    chain = row.chain
  }
  return wrong
}
