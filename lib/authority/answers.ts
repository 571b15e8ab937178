import type { Context } from 'hono'
import { isReadOnlyFault } from '@/lib/data/availability'
import { DPOP_ALGORITHMS } from '@/lib/domain/jws-algorithms'
import { refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo, WireResult } from '@/lib/domain/wire-result'
import type { Env } from './call'

// RFC 6749 §5.2: what an error_description may hold.
export const describable = (text: string) =>
  text
    .replace(/["“”]/g, "'")
    .replace(/[’‘]/g, "'")
    .replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')

/** A refusal in RFC 6749 §5.2 JSON, with `reason` and, where policy refused, the ids of its policies. */
export function refuse(c: Context<Env>, refusal: WireNo): Response {
  const { error, status, reason, description, policies } = refusal
  const wait = refusal.retryAfterSeconds ?? (status === 503 ? 1 : null)
  const body = {
    error,
    error_description: describable(description),
    reason,
    ...(policies ? { policies } : {}),
  }
  c.set('reason', reason)
  c.header('Cache-Control', 'no-store')
  if (wait !== null) c.header('Retry-After', String(wait))
  return c.body(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } } as never)
}

/** How a resource server with a client secret authenticates (RFC 7617 §2). */
export const BASIC_CHALLENGE = 'Basic realm="Countersign"'

/** The same at our own protected endpoints: a 401 says how to come back (RFC 9449 §7.1). */
export function challenge(c: Context<Env>, refusal: WireNo): Response {
  if (refusal.status === 401) {
    const { error, description } = refusal
    const algs = DPOP_ALGORITHMS.join(' ')
    const said =
      refusal.reason === 'token_missing'
        ? ''
        : `error="${error}", error_description="${describable(description)}", `
    c.header('WWW-Authenticate', `DPoP ${said}algs="${algs}"`)
  }
  return refuse(c, refusal)
}

/**
 * The same where clients authenticate in the form. No scheme is registered for that, and each 401 has to name one
 * (RFC 9110 §15.5.2, RFC 6749 §5.2): who holds an assertion is its bearer (RFC 7521 §3).
 */
export function challengeClient(c: Context<Env>, refusal: WireNo): Response {
  const { error, status, description } = refusal
  if (status === 401)
    c.header('WWW-Authenticate', `Bearer error="${error}", error_description="${describable(description)}"`)
  return refuse(c, refusal)
}

/** What the use case answered, as JSON nobody stores. */
export function answer<T extends object | null>(
  c: Context<Env>,
  result: WireResult<T>,
  no: typeof refuse = refuse,
): Response {
  if (!result.ok) return no(c, result)
  c.header('Cache-Control', 'no-store')
  return result.value === null ? c.body(null, 200) : c.json(result.value)
}

export const nothingHere = (c: Context<Env>): Response => refuse(c, refuseProof('endpoint_unknown'))

/** An address that is there, asked with a method it does not take (RFC 9110 §15.5.6). */
export const otherMethod = (allowed: readonly string[]) => (c: Context<Env>) => {
  c.header('Allow', allowed.join(', '))
  return refuse(c, refuseProof('method_unknown'))
}

export const tooLarge = (c: Context<Env>): Response => refuse(c, refuseProof('request_too_large'))

const READ_ONLY = 'The database takes no changes now. Nothing was issued or ended. Try again later.'

/** A fault is a 503, never a yes. */
export const unavailable = (c: Context<Env>, fault: unknown): Response =>
  refuse(c, isReadOnlyFault(fault) ? refuseProof('unavailable', READ_ONLY) : refuseProof('unavailable'))
