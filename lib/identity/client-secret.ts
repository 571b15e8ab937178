import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { SECRET_PREFIX } from '@/lib/domain/client-secret'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'

/** A new client secret of 256 random bits, to be shown once, and the hash that is kept of it. */
export function newClientSecret(): { secret: string; secretHash: string } {
  const secret = `${SECRET_PREFIX}${randomBytes(32).toString('base64url')}`
  return { secret, secretHash: bytesOf(secret).toString('base64url') }
}

// One round of SHA-256, where a password takes a slow hash: nobody guesses 256 random bits, however fast each guess is,
// and a resource server asks at every call.
const bytesOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

// No secret has it. Compared with in place of one that is not there, so that every answer takes the same steps.
const NO_HASH = Buffer.alloc(32)

/** Whether a secret is one of these, by their hashes. All of them are compared, in constant time. */
export function isClientSecret(secret: string, hashes: readonly (string | null)[]): boolean {
  const given = bytesOf(secret)
  const same = hashes.map((one) => {
    const kept = Buffer.from(one ?? '', 'base64url')
    return timingSafeEqual(given, kept.length === given.length ? kept : NO_HASH)
  })
  return same.includes(true)
}

/** Who says to be whom, with a secret that was not looked at yet. */
export type BasicProof = { clientId: string; secret: string }

const SCHEME = /(?:^|, *)basic(?![\w-])/i
const MOST_CHARACTERS = 2048
const CREDENTIALS = /^basic +([A-Za-z0-9+/]+={0,2})$/i
const PRINTABLE = /^[\x21-\x7e]{1,300}$/

const malformed = (problem: string) =>
  refuseProof('request_malformed', `The Authorization header cannot be read. ${problem}`)

/** Whether a header speaks of HTTP Basic, readable or not. Of two that are joined, the second counts as well. */
export const isBasic = (authorization: string): boolean => SCHEME.test(authorization)

/**
 * Reads client_secret_basic (RFC 6749 §2.3.1): the identifier and the secret, each form-urlencoded, joined by a colon, in
 * base64. Identifiers are addresses with colons in them and our secrets have none, so the last colon divides: a client
 * that does not encode is understood as well. Two headers, joined by a comma, cannot be read.
 */
export function readBasic(authorization: string): ({ ok: true } & BasicProof) | ProofRefusal {
  if (authorization.length > MOST_CHARACTERS) return malformed('It is too long.')
  const credentials = CREDENTIALS.exec(authorization)?.[1]
  if (!credentials) return malformed('Send one, with the scheme Basic and base64.')
  const text = Buffer.from(credentials, 'base64').toString('latin1')
  const colon = text.lastIndexOf(':')
  if (colon < 0) return malformed('A colon divides the identifier and the secret.')
  const [clientId, secret] = [formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1))]
  if (clientId === null || secret === null)
    return malformed('Identifier and secret have to be form-urlencoded.')
  return { ok: true, clientId, secret }
}

/** A part as it was before it was encoded. Null for what is badly encoded or not printable: no client here has that. */
function formDecoded(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null
  const decoded = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
  return PRINTABLE.test(decoded) ? decoded : null
}
