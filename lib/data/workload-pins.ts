import { pool } from './database'

// A pin never changes once it is stored, so what was read may be kept until it expires.
const known = new Map<string, { jkt: string; expires: Date }>()
const KEPT_PINS = 10_000

const INSERT = `insert into workload_pin (hash, jkt, expires) values ($1, $2, $3) on conflict (hash) do nothing`
const SELECT = `select jkt from workload_pin where hash = $1`

/** Whether a workload token belongs to a key already. */
export async function isPinned(hash: string): Promise<boolean> {
  if (known.has(hash)) return true
  const { rowCount } = await pool().query(SELECT, [hash])
  return rowCount !== 0
}

/**
 * Ties a workload token, known by the hash of its signing input, to the first key that used it. True when that
 * key is this one. The unique row decides between two that come at once, on every replica.
 */
export async function pinWorkload(hash: string, jkt: string, expires: Date): Promise<boolean> {
  const kept = known.get(hash)
  if (kept) return kept.jkt === jkt
  await pool().query(INSERT, [hash, jkt, expires])
  const { rows } = await pool().query<{ jkt: string }>(SELECT, [hash])
  const [pin] = rows
  if (!pin) throw new Error('A workload pin was stored and is gone.')
  if (known.size >= KEPT_PINS) known.clear()
  known.set(hash, { jkt: pin.jkt, expires })
  return pin.jkt === jkt
}
