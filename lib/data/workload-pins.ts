import { BoundedMap } from '@/lib/domain/bounded-map'
import { pool } from './database'
import { inBatches } from './in-batches'
import { prepared } from './prepared'

const KEPT_PINS = 10_000
// A pin never changes once it is stored, so what was read may be kept until it expires.
const known = new BoundedMap<string, { jkt: string; expires: Date }>(KEPT_PINS)

type Pin = { hash: string; jkt: string; expires: Date }

const INSERT = `insert into workload_pin (hash, jkt, expires)
  select distinct on (p.hash) p.hash, p.jkt, p.expires
  from unnest($1::text[], $2::text[], $3::timestamptz[]) as p(hash, jkt, expires) order by p.hash
  on conflict (hash) do nothing`
const SELECT = `select hash, jkt from workload_pin where hash = any($1::text[])`

/** Whether a workload token belongs to a key already. */
export async function isPinned(hash: string): Promise<boolean> {
  if (known.has(hash)) return true
  const { rowCount } = await pool().query(prepared(SELECT, [[hash]]))
  return rowCount !== 0
}

/** Whether this process knows that it belongs to this very key. */
export const isKnownPin = (hash: string, jkt: string): boolean => known.get(hash)?.jkt === jkt

const pinned = inBatches(async (pins: readonly Pin[]) => {
  const columns = [
    pins.map(({ hash }) => hash),
    pins.map(({ jkt }) => jkt),
    pins.map(({ expires }) => expires),
  ]
  await pool().query(prepared(INSERT, columns))
  const { rows } = await pool().query<{ hash: string; jkt: string }>(prepared(SELECT, [columns[0]]))
  const stored = new Map(rows.map(({ hash, jkt }) => [hash, jkt]))
  return pins.map(({ hash }) => ({ status: 'fulfilled', value: stored.get(hash) }))
})

/**
 * Ties a workload token, known by the hash of its signing input, to the first key that used it. True when that
 * key is this one. The unique row decides between two that come at once, on every replica.
 */
export async function pinWorkload(hash: string, jkt: string, expires: Date): Promise<boolean> {
  const kept = known.get(hash)
  if (kept) return kept.jkt === jkt
  const first = await pinned({ hash, jkt, expires })
  if (first === undefined) throw new Error('A workload pin was stored and is gone.')
  known.set(hash, { jkt: first, expires })
  return first === jkt
}
