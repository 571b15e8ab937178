import { randomBytes, timingSafeEqual } from 'node:crypto'
import { BoundedMap } from '@/lib/domain/bounded-map'
import { SECRET_PREFIX } from '@/lib/domain/client-secret'
import { formDecoded } from '@/lib/domain/form-urlencoded'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { sha256 } from './digest'

/** A new client secret of 256 random bits, to be shown once, and the hash that is kept of it. */
export function newClientSecret(): { secret: string; secretHash: string } {
  const secret = `${SECRET_PREFIX}${randomBytes(32).toString('base64url')}`
  return { secret, secretHash: hashOfSecret(secret) }
}

/**
 * What is kept of a secret, in base64url. One round of SHA-256, where a password takes a slow hash: nobody guesses 256
 * random bits, however fast each guess is, and a resource server asks at every call.
 */
export const hashOfSecret = sha256

// No secret has it. Compared with in place of one that is not there, so that every answer takes the same steps.
const NO_HASH = Buffer.alloc(32).toString('base64url')

/** Whether the hash of a secret is one of these. All of them are compared, in constant time. */
export function isClientSecret(secretHash: string, hashes: readonly (string | null)[]): boolean {
  const given = Buffer.from(secretHash)
  const same = hashes.map((one) => {
    const kept = Buffer.from(one ?? NO_HASH)
    return kept.length === given.length && timingSafeEqual(given, kept)
  })
  return same.includes(true)
}

/** Who says to be whom, with the hash of a secret that was not looked at yet. */
export type BasicProof = { clientId: string; secretHash: string }

const SCHEME = /(?:^|, *)basic(?![\w-])/i
const MOST_CHARACTERS = 2048
const CREDENTIALS = /^basic +([A-Za-z0-9+/]+={0,2})$/i
const PRINTABLE = /^[\x21-\x7e]{1,300}$/

const malformed = (problem: string) =>
  refuseProof('request_malformed', `The Authorization header cannot be read. ${problem}`)

/** Whether a header speaks of HTTP Basic, readable or not. Of two that are joined, the second counts as well. */
export const isBasic = (authorization: string): boolean => SCHEME.test(authorization)

// A resource server sends the same header with every question. Kept by the hash of it, as proofs are, and without its secret.
const MOST_KEPT = 1024
const kept = new BoundedMap<string, { ok: true } & BasicProof>(MOST_KEPT)

/**
 * Reads client_secret_basic (RFC 6749 §2.3.1): the identifier and the secret, each form-urlencoded, joined by a colon, in
 * base64. Identifiers are addresses with colons in them and our secrets have none, so the last colon divides: a client
 * that does not encode is understood as well. Two headers, joined by a comma, cannot be read. The secret itself goes no
 * further than this.
 */
export function readBasic(authorization: string): ({ ok: true } & BasicProof) | ProofRefusal {
  if (authorization.length > MOST_CHARACTERS) return malformed('It is too long.')
  const digest = sha256(authorization)
  const known = kept.get(digest)
  if (known) return known
  const basic = readAnew(authorization)
  if (!basic.ok) return basic
  kept.set(digest, basic)
  return basic
}

function readAnew(authorization: string): ({ ok: true } & BasicProof) | ProofRefusal {
  const credentials = CREDENTIALS.exec(authorization)?.[1]
  if (!credentials) return malformed('Send one, with the scheme Basic and base64.')
  const bytes = Buffer.from(credentials, 'base64')
  const colon = bytes.lastIndexOf(':')
  if (colon < 0) return malformed('A colon divides the identifier and the secret.')
  // Each of its own bytes: a part of a text would keep all of it, the secret too.
  const clientId = printable(bytes.toString('latin1', 0, colon))
  const secret = printable(bytes.toString('latin1', colon + 1))
  if (clientId === null || secret === null)
    return malformed('Identifier and secret have to be form-urlencoded.')
  return { ok: true, clientId, secretHash: hashOfSecret(secret) }
}

/** A part as it was before it was encoded. Null for what does not decode or is not printable: no client here has that. */
function printable(part: string): string | null {
  const decoded = formDecoded(part)
  return decoded !== null && PRINTABLE.test(decoded) ? decoded : null
}
