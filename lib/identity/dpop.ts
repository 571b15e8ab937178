import { z } from 'zod'
import { readCompactJwt } from '@/lib/domain/compact-jwt'
import { DPOP_ALGORITHMS } from '@/lib/domain/jws-algorithms'
import { epochSeconds, fromEpochSeconds } from '@/lib/domain/jwt-time'
import { type ProofRefusal, refuseProof, type WireReason } from '@/lib/domain/wire-reasons'
import { replayKeyOf, sha256 } from './digest'
import { normaliseHtu } from './htu'
import { isSignedBy, type PublicJwk, readPublicJwk, thumbprintOf } from './public-jwk'

const WINDOW_SECONDS = 60

const Header = z.object({ typ: z.literal('dpop+jwt'), alg: z.enum(DPOP_ALGORITHMS), jwk: z.unknown() })
const Claims = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string().max(32),
  htu: z.string().max(2048),
  iat: z.number(),
  ath: z.string().exactOptional(),
  nonce: z.string().exactOptional(),
})

/** What a request is judged by. */
export type DpopRequest = {
  method: string
  /** The configured issuer and the path. Never made from the Host header, which the sender chooses. */
  url: string
  now: Date
  /** At protected resources: the token presented and the key it is bound to (`cnf.jkt`). */
  accessToken?: { value: string; jkt: string }
  /** Nonces this server gave out and still takes, if it asks for one. */
  nonces?: readonly string[]
}

export type DpopQuestion = DpopRequest & {
  /** Every DPoP header of the request, one string each: joining them would hide a second one. */
  headers: readonly string[]
}

/** A proof that is signed by the key it carries. Nothing it says was looked at yet. */
export type SignedDpopProof = { ok: true; jkt: string; claims: z.infer<typeof Claims> }
export type DpopReading = SignedDpopProof | ProofRefusal

export type VerifiedDpopProof = {
  ok: true
  /** RFC 7638 SHA-256 thumbprint of the proof's key. */
  jkt: string
  jti: string
  iat: number
  /** Unique per key and `jti`. The caller stores it and refuses the second as `dpop_replayed` (RFC 9449 §11.1). */
  replayKey: string
  /** How long the caller keeps `replayKey`: past every replica's window. */
  replayUntil: Date
}

/**
 * Verifies a DPoP proof by the twelve checks of RFC 9449 §4.3, in their order and numbered in the code. Refuses
 * as `dpop_*`, with status 401 at protected resources (RFC 9449 §7.1). Replay is the caller's to refuse.
 */
export async function verifyDpopProof({
  headers,
  ...request
}: DpopQuestion): Promise<VerifiedDpopProof | ProofRefusal> {
  return judgeDpopProof(await readDpopProof(headers), request)
}

/** The checks 1 to 7: what can be said of a proof before anything is known of the request. */
export async function readDpopProof(headers: readonly string[]): Promise<DpopReading> {
  const [proof, ...more] = headers
  if (proof === undefined || more.length > 0) return refuseProof('dpop_missing') // check 1: exactly one header
  const reading = readCompactJwt(proof, ['typ', 'alg', 'jwk']) // check 2: one well-formed JWT
  if (!reading.ok) return malformed(reading.problem)
  const claims = Claims.safeParse(reading.jwt.claims) // check 3: all required claims
  if (!claims.success) return malformed('Its claims need jti, htm, htu and iat.')
  const key = keyOf(reading.jwt.header)
  if (!key.ok) return key
  if (!(await isSignedBy(proof, key.jwk, key.alg))) return refuseProof('dpop_untrusted') // check 6
  return { ok: true, jkt: key.jkt, claims: claims.data }
}

type ProofKey = { ok: true; alg: string; jwk: PublicJwk; jkt: string }

// By the header itself: it is the same object for many proofs of one key, and says the same each time.
const keys = new WeakMap<object, ProofKey>()

function keyOf(header: object): ProofKey | ProofRefusal {
  const known = keys.get(header)
  if (known) return known
  const read = Header.safeParse(header) // checks 4 and 5: typ, an asymmetric alg from our list
  if (!read.success) return malformed(`Its header needs typ dpop+jwt and alg ${DPOP_ALGORITHMS.join(', ')}.`)
  const { alg, jwk } = read.data
  const key = readPublicJwk(jwk) // check 7, before the key is used: no private half
  if (!key.ok) return malformed(key.problem)
  const made: ProofKey = { ok: true, alg, jwk: key.jwk, jkt: thumbprintOf(key.jwk) }
  keys.set(header, made)
  return made
}

/** The checks 8 to 12: whether a signed proof was made for this very request, now. */
export function judgeDpopProof(proof: DpopReading, request: DpopRequest): VerifiedDpopProof | ProofRefusal {
  const outcome = proof.ok ? check(proof, request) : proof
  return outcome.ok || !request.accessToken ? outcome : { ...outcome, status: 401 }
}

function check({ jkt, claims }: SignedDpopProof, request: DpopRequest): VerifiedDpopProof | ProofRefusal {
  const wrong = wrongRequest(claims, request) ?? wrongToken(claims, jkt, request)
  if (wrong) return refuseProof(wrong)
  const { jti, iat } = claims
  const replayUntil = fromEpochSeconds(Math.ceil(iat) + 2 * WINDOW_SECONDS)
  return { ok: true, jkt, jti, iat, replayKey: replayKeyOf('dpop', jkt, jti), replayUntil }
}

function wrongRequest(claims: z.infer<typeof Claims>, { method, url, now, nonces }: DpopRequest) {
  if (claims.htm !== method) return 'dpop_mismatch' satisfies WireReason // check 8: this method
  const here = normaliseHtu(url) // check 9: this address, without query and fragment
  const there = claims.htu === url ? here : normaliseHtu(claims.htu)
  if (here === null || there !== here) return 'dpop_mismatch' satisfies WireReason
  if (nonces && !(claims.nonce !== undefined && nonces.includes(claims.nonce)))
    return 'dpop_nonce_required' satisfies WireReason // check 10: our nonce, if we ask for one
  const away = Math.abs(epochSeconds(now) - claims.iat) // check 11: made now
  return away <= WINDOW_SECONDS ? null : ('dpop_expired' satisfies WireReason)
}

// check 12: at protected resources, for this very token and by the key that token is bound to
function wrongToken(claims: z.infer<typeof Claims>, jkt: string, { accessToken }: DpopRequest) {
  if (!accessToken) return null
  if (claims.ath !== sha256(accessToken.value)) return 'dpop_mismatch' satisfies WireReason
  return accessToken.jkt === jkt ? null : ('dpop_key_mismatch' satisfies WireReason)
}

const malformed = (problem: string) =>
  refuseProof(
    'dpop_malformed',
    `The DPoP proof cannot be used. ${problem} Make a new proof for each request.`,
  )
