import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Availability, isKnownFull, noteSpace, setAvailability } from './availability'
import { connectionOptions, isEmbedded } from './connection'

const EVERY_MS = 250
const PATIENCE_MS = 750
/** More than any free page holds, so that it needs new room on the disk. */
const PROBE_BYTES = 32 * 1024

const READS_ONLY = `select current_setting('transaction_read_only') = 'on' as "readsOnly"`
// A nonce that ran out long ago: the sweeper takes it away with the others.
const PROBE = `insert into signing_nonce (nonce, request_id, person_id, preimage, digest, expires)
  values ($1, '', '', $2, '', clock_timestamp() - interval '1 day')`

const kept = globalThis as typeof globalThis & { countersignPulse?: Pulse }

export type Pulse = { first: Promise<void>; stop: () => Promise<void> }

class TooLate extends Error {}

/** What has arrived is read before the verdict: a process that was busy itself does not call the database late. */
function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new TooLate())), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** One connection that asks again and again, and is replaced when it fails. */
function asker() {
  let open: { client: pg.Client; ready: Promise<unknown> } | undefined
  const drop = () => {
    const gone = open
    open = undefined
    void gone?.client.end().catch(() => {})
  }
  const connect = () => {
    const client = new pg.Client({ ...connectionOptions(), connectionTimeoutMillis: 2 * PATIENCE_MS })
    client.on('error', () => {})
    open = { client, ready: client.connect() }
    return open
  }
  const ask = async (): Promise<Availability> => {
    const { client, ready } = open ?? connect()
    await ready
    const { rows } = await client.query<{ readsOnly: boolean }>(READS_ONLY)
    if (rows[0]?.readsOnly) return 'read-only'
    return isKnownFull() && !(await hasSpace(client)) ? 'read-only' : 'open'
  }
  return { ask, drop }
}

async function hasSpace(client: pg.Client): Promise<boolean> {
  const ballast = randomBytes(PROBE_BYTES).toString('base64')
  const stored = await client.query(PROBE, [randomBytes(16).toString('hex'), ballast]).catch(() => null)
  if (stored) noteSpace()
  return stored !== null
}

function begin(): Pulse {
  const { ask, drop } = asker()
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const beat = async () => {
    try {
      setAvailability(await within(PATIENCE_MS, ask()))
    } catch {
      drop()
      // The embedded database answers one after the other: there a wait is no sign of anything.
      if (!isEmbedded()) setAvailability('away')
    }
  }
  let beating = beat()
  const next = () => {
    if (isOver) return
    timer = setTimeout(() => {
      beating = beat()
      void beating.then(next)
    }, EVERY_MS).unref()
  }
  const first = beating.then(next)
  const stop = async () => {
    isOver = true
    clearTimeout(timer)
    await beating
    drop()
    setAvailability('open')
    delete kept.countersignPulse
  }
  return { first, stop }
}

/**
 * Asks the database again and again whether it answers and takes changes; one pulse per process. When it does not
 * answer in time, everything under way fails at once and nothing is asked until it does: whoever calls is
 * told so in less than two seconds, and served again within one when it is back.
 */
export function startPulse(): Pulse {
  kept.countersignPulse ??= begin()
  return kept.countersignPulse
}
