import { type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import { BoundedMap } from '@/lib/domain/bounded-map'
import { readCompactJwt } from '@/lib/domain/compact-jwt'
import { OWN_ALGORITHM } from '@/lib/domain/jws-algorithms'
import type { KeySet, SigningKey } from './keys'

/** `typ` is what keeps one kind from passing for another (RFC 8725 §3.11). */
export type OwnType = 'mandate+jwt' | 'at+jwt' | 'token-introspection+jwt' | 'statuslist+jwt'

/** Signs claims as a compact JWS with exactly `typ`, `alg` and `kid` in the header (RFC 7515 §7.1). */
export function signOwnJwt(typ: OwnType, claims: object, key: SigningKey): string {
  const signingInput = `${headerOf(typ, key.kid)}.${encode(claims)}`
  return `${signingInput}.${key.sign(signingInput)}`
}

const MOST_HEADERS = 64
const headers = new BoundedMap<string, string>(MOST_HEADERS)

// One for each kind and key.
function headerOf(typ: OwnType, kid: string): string {
  const name = `${typ} ${kid}`
  const known = headers.get(name)
  if (known) return known
  const header = encode({ typ, alg: OWN_ALGORITHM, kid })
  headers.set(name, header)
  return header
}

export type OwnJwt =
  | { ok: true; claims: Readonly<Record<string, unknown>> }
  | { ok: false; why: 'malformed'; problem: string }
  | { ok: false; why: 'untrusted' }

/**
 * Reads a JWT that must be one of ours: header of exactly `typ`, `alg` ES256 and a `kid` of the key set, then
 * the signature (RFC 7515 §5.2, RFC 8725 §3.1 and §3.11). The claims are signed, nothing in them is checked.
 */
export async function verifyOwnJwt(text: string, typ: OwnType, keys: KeySet): Promise<OwnJwt> {
  const reading = readCompactJwt(text, ['typ', 'alg', 'kid'])
  if (!reading.ok) return { ok: false, why: 'malformed', problem: reading.problem }
  const header = z
    .object({ typ: z.literal(typ), alg: z.literal(OWN_ALGORITHM), kid: z.string() })
    .safeParse(reading.jwt.header)
  if (!header.success)
    return { ok: false, why: 'malformed', problem: `Its header must say typ ${typ}, alg ES256 and kid.` }
  // The sender controls kid: it only selects from a map, it is never a path, a query or an address.
  const key = keys.get(header.data.kid)
  if (!key || !isSigned(text, key)) return { ok: false, why: 'untrusted' }
  return { ok: true, claims: reading.jwt.claims }
}

// ES256 is r‖s of 64 bytes (RFC 7518 §3.4). Synchronous like signing, and checked with jose in the tests.
function isSigned(text: string, key: KeyObject): boolean {
  const end = text.lastIndexOf('.')
  const signature = Buffer.from(text.slice(end + 1), 'base64url')
  const signed = Buffer.from(text.slice(0, end))
  return (
    signature.length === SIGNATURE_BYTES &&
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  )
}

const SIGNATURE_BYTES = 64

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
