import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. The package's default kind is argon2id.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// They run on Node's four worker threads, which read files and look names up too: one stays free.
const MOST_AT_ONCE = 3

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running === MOST_AT_ONCE) await new Promise<void>((go) => waiting.push(go))
  else running++
  try {
    return await work()
  } finally {
    // The turn is handed on, so that nobody comes in between.
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** The argon2id hash of a password in PHC form, with a salt of its own (RFC 9106). */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, COST))

let decoy: Promise<string> | undefined
let lastTookMs: number | undefined

const verifyTimed = (stored: string, password: string) =>
  inTurn(async () => {
    const from = performance.now()
    const isRight = await verify(stored, password)
    lastTookMs = performance.now() - from
    return isRight
  })

/**
 * Whether a password belongs to a hash. Null is the hash of an account that is not there: it takes as long and is no,
 * so that nobody learns from the time which accounts there are.
 */
export async function isPasswordOf(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(32).toString('base64url'))
  const isRight = await verifyTimed(stored ?? (await decoy), password)
  return stored !== null && isRight
}

/** Takes as long as `isPasswordOf` and no work: for attempts at nobody that are too many to be worth any. */
export async function isPasswordOfNobody(password: string): Promise<false> {
  if (lastTookMs === undefined) await isPasswordOf(null, password)
  else await setTimeout(lastTookMs)
  return false
}
