import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'
import { badProof, badToken, noToken, PROOF_ALGORITHMS, type Refusal } from './refusal'

const WINDOW_SECONDS = 60
const REMEMBERED = 50_000

export type Call = { method: string; url: string; headers: Headers }
export type Proven = { accessToken: string; jkt: string }
export type ProofCheck = (call: Call) => Promise<Proven | { refusal: Refusal }>

/**
 * Checks a DPoP proof at a protected resource, RFC 9449 §4.3 and §7: one proof, public key inside, this
 * method and URL, this minute, this token (`ath`), never seen before. That the token is bound to the
 * proof's key (`jkt`) is for the caller to compare.
 */
export function createProofCheck(): ProofCheck {
  const seen = new Map<string, number>()
  return async (call) => {
    const accessToken = readToken(call.headers)
    if (typeof accessToken !== 'string') return accessToken
    const proof = call.headers.get('dpop')
    if (!proof) return { refusal: badProof('The call carries no DPoP proof, and this token needs one.') }
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: PROOF_ALGORITHMS,
        requiredClaims: ['iat', 'jti', 'htm', 'htu', 'ath'],
        clockTolerance: WINDOW_SECONDS,
      })
      const now = Math.floor(Date.now() / 1000)
      const why = mismatch(payload, call, accessToken, now)
      if (why) return { refusal: badProof(why) }
      const jkt = await calculateJwkThumbprint(protectedHeader.jwk ?? {})
      if (!remember(seen, `${jkt}:${payload.jti}`, now)) {
        return { refusal: badProof('The DPoP proof was used before.') }
      }
      return { accessToken, jkt }
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) {
        return { refusal: badProof('The DPoP proof is not valid.') }
      }
      throw error
    }
  }
}

function readToken(headers: Headers): string | { refusal: Refusal } {
  const authorization = headers.get('authorization')
  if (!authorization) return { refusal: noToken() }
  const [scheme, token, ...more] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'dpop') return { refusal: badToken('The token must be sent as DPoP.') }
  if (!token || more.length > 0) return { refusal: badToken('The Authorization header is not readable.') }
  return token
}

function mismatch(
  claims: Record<string, unknown>,
  call: Call,
  accessToken: string,
  now: number,
): string | undefined {
  if (claims.htm !== call.method) return 'The DPoP proof is for another method.'
  if (plainUrl(claims.htu) !== plainUrl(call.url)) return 'The DPoP proof is for another URL.'
  if (typeof claims.iat !== 'number' || Math.abs(now - claims.iat) > WINDOW_SECONDS) {
    return 'The DPoP proof is not from this minute.'
  }
  const ath = createHash('sha256').update(accessToken).digest('base64url')
  if (claims.ath !== ath) return 'The DPoP proof is for another token.'
  if (typeof claims.jti !== 'string' || claims.jti.length === 0 || claims.jti.length > 256) {
    return 'The DPoP proof has no usable jti.'
  }
  return undefined
}

// RFC 9449 §4.3, check 9: compared without query and fragment, after normalisation.
function plainUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const { origin, pathname } = new URL(value)
  return `${origin}${pathname}`
}

// A proof that cannot be remembered could be used twice, so a full memory refuses.
function remember(seen: Map<string, number>, key: string, now: number): boolean {
  for (const [old, until] of seen) {
    if (until >= now) break
    seen.delete(old)
  }
  if (seen.has(key) || seen.size >= REMEMBERED) return false
  seen.set(key, now + 2 * WINDOW_SECONDS)
  return true
}
