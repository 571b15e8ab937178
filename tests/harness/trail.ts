import { expect } from 'vitest'
import { pool } from '@/lib/data/database'
import { chainHash, leafHash } from '@/lib/trail/hash'

type Row = { leaf: string; entry: string; leaf_hash: Buffer; chain: Buffer; type: string }
export type SeenTrail = { next: number; chain: Uint8Array }

export const EMPTY_TRAIL: SeenTrail = { next: 0, chain: new Uint8Array(32) }

/**
 * Reads on from what was seen: every entry has the next place, its own hash and the running chain, and the head says
 * the same. Waits for whoever holds the head. Returns what is seen now and the types of the new entries.
 */
export async function readOn(seen: SeenTrail): Promise<{ seen: SeenTrail; types: string[] }> {
  const { rows: heads } = await pool().query<{ next: number; chain: Buffer }>(
    'select next_leaf::int as next, chain from trail_head where id = 1 for update',
  )
  const { rows } = await pool().query<Row>(
    'select leaf, type, entry, leaf_hash, chain from trail_event where leaf >= $1 order by leaf',
    [seen.next],
  )
  let { next, chain } = seen
  for (const row of rows) {
    expect(Number(row.leaf)).toBe(next)
    expect(row.leaf_hash).toEqual(leafHash(row.entry))
    chain = chainHash(chain, row.leaf_hash)
    expect(row.chain).toEqual(chain)
    next += 1
  }
  expect(heads).toEqual([{ next, chain: Buffer.from(chain) }])
  return { seen: { next, chain }, types: rows.map(({ type }) => type) }
}

const HALF_DONE = {
  'a request without its event': `select id from request r where not exists
    (select 1 from trail_event where request_id = r.id and type = 'request.filed')`,
  'a grant without its event': `select id from permission_grant g where not exists
    (select 1 from trail_event where grant_id = g.id and type = 'grant.opened')`,
  'a grant without its request': `select g.id from permission_grant g join request r on r.id = g.request_id
    where r.state <> 'granted'`,
  'a granted request without a grant': `select id from request r where state = 'granted' and not exists
    (select 1 from permission_grant where request_id = r.id)`,
  'an end without its event': `select id from permission_grant g where state <> 'live' and not exists
    (select 1 from trail_event where grant_id = g.id and type = 'grant.' || g.state)`,
  'an event of an end without the end': `select grant_id from trail_event e
    where type in ('grant.revoked', 'grant.completed') and not exists
    (select 1 from permission_grant where id = e.grant_id and 'grant.' || state = e.type)`,
  'a signature without its event': `select id from approval v where not exists (select 1 from trail_event
    where request_id = v.request_id and human_id = v.person_id and type in ('approval.signed', 'request.denied'))`,
  'a credential without its event': `select id from credential c where not exists
    (select 1 from trail_event where credential_id = c.id and type = 'credential.issued')`,
  'an event of a credential without the credential': `select credential_id from trail_event e
    where type = 'credential.issued' and not exists (select 1 from credential where id = e.credential_id)`,
}

/** State and events tell the same. `made` are grants that a test put there without a word in the trail. */
export async function expectNothingHalfDone(made: readonly string[] = []): Promise<void> {
  for (const [what, query] of Object.entries(HALF_DONE)) {
    const { rows } = await pool().query<Record<string, string>>(query)
    const ids = rows.flatMap((row) => Object.values(row)).filter((id) => !made.includes(id))
    expect({ what, ids }).toEqual({ what, ids: [] })
  }
}

/** The entries of one type about a request, oldest first. */
export async function trailOf(requestId: string, type: string) {
  const { rows } = await pool().query<{ entry: string }>(
    'select entry from trail_event where request_id = $1 and type = $2 order by leaf',
    [requestId, type],
  )
  return rows.map(({ entry }) => JSON.parse(entry) as { data: Record<string, unknown> })
}
