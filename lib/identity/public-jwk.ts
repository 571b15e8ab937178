import { compactVerify } from 'jose'
import { z } from 'zod'
import { decodeBase64url } from '@/lib/domain/compact-jwt'
import { sha256 } from './digest'
import { isSignedES256 } from './es256'

// 700 characters are an RSA modulus of 4,096 bits: larger ones make us work for the sender.
const bytes = z
  .string()
  .min(1)
  .max(700)
  .refine((text) => decodeBase64url(text) !== null, 'This is not base64url.')
const shared = { kid: z.string().min(1).max(256).exactOptional(), alg: z.string().exactOptional() }

/** Public keys we verify with (RFC 7518 §6, RFC 8037 §2). Unknown members are dropped, `use` among them. */
export const PublicJwk = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('EC'), crv: z.enum(['P-256', 'P-384', 'P-521']), x: bytes, y: bytes, ...shared }),
  z.object({ kty: z.literal('RSA'), n: bytes, e: bytes.max(8), ...shared }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytes, ...shared }),
])
export type PublicJwk = z.infer<typeof PublicJwk>

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

export type JwkReading = { ok: true; jwk: PublicJwk } | { ok: false; problem: string; isPrivate: boolean }

/** Reads a public JWK (RFC 7517 §4) and refuses one that gives away a private or symmetric key. */
export function readPublicJwk(value: unknown): JwkReading {
  if (typeof value === 'object' && value !== null && PRIVATE_MEMBERS.some((member) => member in value))
    return {
      ok: false,
      isPrivate: true,
      problem: 'The jwk holds a private key. Make a new key pair and send its public half.',
    }
  const jwk = PublicJwk.safeParse(value)
  return jwk.success
    ? { ok: true, jwk: jwk.data }
    : { ok: false, isPrivate: false, problem: 'The jwk is not a public EC, RSA or Ed25519 key.' }
}

/** RFC 7638 §3: the required members alone, in the order of their names, as JSON without white space. */
export function thumbprintOf(jwk: PublicJwk): string {
  if (jwk.kty === 'EC') return sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))
  if (jwk.kty === 'RSA') return sha256(JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n }))
  return sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x }))
}

const CURVE_OF: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** Whether a key may be used with an algorithm: the key decides, never the header alone (RFC 8725 §3.1). */
export function fitsAlgorithm(jwk: PublicJwk, algorithm: string): boolean {
  if (jwk.alg !== undefined && jwk.alg !== algorithm) return false
  if (jwk.kty === 'EC') return CURVE_OF[algorithm] === jwk.crv
  if (jwk.kty === 'RSA') return /^[RP]S(256|384|512)$/.test(algorithm)
  return algorithm === 'EdDSA' || algorithm === 'Ed25519'
}

/**
 * Whether a compact JWS is signed by this key with this algorithm (RFC 7515 §5.2). Whatever jose objects to,
 * a point off the curve and a modulus under 2,048 bits included, is a no.
 */
export async function isSignedBy(text: string, jwk: PublicJwk, algorithm: string): Promise<boolean> {
  if (!fitsAlgorithm(jwk, algorithm)) return false
  if (algorithm === 'ES256' && jwk.kty === 'EC') return isSignedES256(text, jwk)
  const { kid: _kid, alg: _alg, ...key } = jwk
  return compactVerify(text, key, { algorithms: [algorithm] }).then(
    () => true,
    () => false,
  )
}

const MAX_CANDIDATES = 8

/**
 * Which of a party's keys signed it, or null. `kid` narrows the choice and is nothing but a hint. `isSigned` may do the
 * work of `isSignedBy` elsewhere.
 */
export async function signerOf<K extends PublicJwk>(
  text: string,
  keys: readonly K[],
  { alg, kid }: { alg: string; kid?: string | undefined },
  isSigned = isSignedBy,
): Promise<K | null> {
  const candidates = keys
    .filter((key) => kid === undefined || key.kid === undefined || key.kid === kid)
    .filter((key) => fitsAlgorithm(key, alg))
  for (const key of candidates.slice(0, MAX_CANDIDATES)) if (await isSigned(text, key, alg)) return key
  return null
}
