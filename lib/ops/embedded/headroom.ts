import { statfs } from 'node:fs/promises'
import pg from 'pg'

/** A full disk can hang the embedded database for good, so it does not start on a nearly full one. */
export const LEAST_FREE_BYTES = 200 * 1024 * 1024
/** While it runs, it takes changes down to this. */
export const LEAST_TO_WRITE_BYTES = 100 * 1024 * 1024
const EVERY_MS = 1000

export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

export async function requireHeadroom(path: string, leastBytes = LEAST_FREE_BYTES): Promise<void> {
  const free = await freeBytes(path)
  if (free >= leastBytes) return
  const [has, needs] = [free, leastBytes].map((bytes) => Math.floor(bytes / 1024 / 1024))
  throw new Error(`The disk of ${path} has ${has} MB free and the embedded database needs ${needs} MB.`)
}

type Watched = {
  url: string
  readFree: () => Promise<number>
  say: (text: string) => void
  everyMs?: number
}

/**
 * Lets the embedded database only read while its disk is nearly full, and write again when there is space. All its
 * clients share one session, so one setting holds for all of them; it is set as one client among them, between their
 * transactions. Returns how to stop.
 */
export function watchHeadroom({ url, readFree, say, everyMs = EVERY_MS }: Watched): () => void {
  let readsOnly = false
  let isLooking = false
  const look = async () => {
    const isFull = (await readFree()) < LEAST_TO_WRITE_BYTES
    if (isFull === readsOnly) return
    await setReadOnly(url, isFull)
    readsOnly = isFull
    say(isFull ? 'The disk is nearly full: the database only reads.' : 'There is space again.')
  }
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((fault: unknown) => say(`The disk could not be watched: ${fault}`))
      .finally(() => {
        isLooking = false
      })
  }, everyMs)
  return () => clearInterval(timer)
}

async function setReadOnly(url: string, readsOnly: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(`set default_transaction_read_only = ${readsOnly ? 'on' : 'off'}`)
  } finally {
    await client.end()
  }
}
