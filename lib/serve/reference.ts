import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'

/** Names one HTTP request in the log, in the trail, in `X-Request-ID`, and as "Reference" on an error page. */
export const Reference = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/)
  .brand<'Reference'>()
export type Reference = z.infer<typeof Reference>

export const newReference = (): Reference => Reference.parse(randomUUID())

/** The caller's own name for its request when it is a plain and short one, otherwise a fresh one. */
export function referenceOf(sent: string | undefined): Reference {
  // Most send none, and to find fault with that costs more than to name it.
  const read = sent === undefined ? null : Reference.safeParse(sent)
  return read?.success ? read.data : newReference()
}

const MOST_ECHOED = 256

/** The caller's name for its request as AuthZEN 1.0 §10.1.2 wants it back; null when it is no plain text or very long. */
export const echoOf = (sent: string | undefined): string | null =>
  sent !== undefined && sent.length <= MOST_ECHOED && /^[\x20-\x7e]+$/.test(sent) ? sent : null

// One per process: the console's server and what Next has bundled each load this module.
const kept = globalThis as typeof globalThis & { countersignReference?: AsyncLocalStorage<Reference> }
kept.countersignReference ??= new AsyncLocalStorage()
const current = kept.countersignReference

/** Runs what answers a request under its reference. */
export const underReference = <T>(reference: Reference, answer: () => T): T => current.run(reference, answer)

/** The reference of the request that is being answered, if one is. */
export const currentReference = (): Reference | undefined => current.getStore()
