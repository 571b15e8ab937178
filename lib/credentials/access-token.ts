import { hash } from 'node:crypto'
import { timeProblem } from '@/lib/domain/jwt-time'
import { keptProofs } from '@/lib/domain/kept-proofs'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { KeySet, SigningKey } from './keys'
import { signOwnJwt, verifyOwnJwt } from './own-jwt'
import { AgentTokenClaims, MAX_TOKEN_SECONDS, TaskTokenClaims } from './token-claims'

/** For giving a token back (RFC 7009 §2.1), where whose it is matters and where it may be used does not. */
export const ANY_AUDIENCE = Symbol('any audience')

/** Signs an access token for a resource server: `typ` at+jwt (RFC 9068 §2.1), ES256. Throws on impossible claims. */
export const signAccessToken = (claims: TaskTokenClaims, key: SigningKey): string =>
  signOwnJwt('at+jwt', TaskTokenClaims.parse(claims), key)

/** Signs the agent's own token for the authority (PROTOCOLS 2). Throws on impossible claims. */
export const signAgentToken = (claims: AgentTokenClaims, key: SigningKey): string =>
  signOwnJwt('at+jwt', AgentTokenClaims.parse(claims), key)

export type VerifiedAccessToken = { ok: true; claims: TaskTokenClaims } | ProofRefusal
export type VerifiedAgentToken = { ok: true; claims: AgentTokenClaims } | ProofRefusal

/**
 * Verifies an access token for a resource server (RFC 9068 §4): `typ`, ES256 and a published key, `iss`, `aud`
 * equal to `audience`, time (`exp` required; skew of 30 s tolerated, 61 s refused). Revocation is not
 * known here: ask the database. The key binding is compared with the proof (RFC 9449 §7.1), not here. A signature that
 * was verified with these very `keys` is not verified again for a minute; everything else is.
 */
export async function verifyAccessToken(
  jwt: string,
  keys: KeySet,
  { issuer, audience, now }: { issuer: string; audience: string | typeof ANY_AUDIENCE; now: Date },
): Promise<VerifiedAccessToken> {
  const digest = hash('sha256', jwt, 'base64url')
  const known = signedTokens.find(keys, digest, now)
  const token = known ?? (await readTaskToken(jwt, keys))
  if (!token.ok) return token
  if (!known) signedTokens.keep(keys, digest, now, token)
  const { claims } = token
  if (audience !== ANY_AUDIENCE && claims.aud !== audience) return refuseProof('token_audience')
  return judge(claims, issuer, now) ?? token
}

type SignedTaskToken = { ok: true; claims: TaskTokenClaims }

const signedTokens = keptProofs<SignedTaskToken>()

/** A task's token that one of our keys has signed. Whose it is and whether it is for now is asked each time. */
async function readTaskToken(jwt: string, keys: KeySet): Promise<SignedTaskToken | ProofRefusal> {
  const own = await readToken(jwt, keys)
  if (!own.ok) return own
  const claims = TaskTokenClaims.safeParse(own.claims)
  return claims.success ? { ok: true, claims: claims.data } : refuseProof('token_malformed')
}

/**
 * Verifies the agent's own token at our own endpoints (PROTOCOLS 2). A token for a resource server is refused
 * as `token_kind`: what a stolen one may read elsewhere must not open anything here.
 */
export async function verifyAgentToken(
  jwt: string,
  keys: KeySet,
  { issuer, now }: { issuer: string; now: Date },
): Promise<VerifiedAgentToken> {
  const own = await readToken(jwt, keys)
  if (!own.ok) return own
  const claims = AgentTokenClaims.safeParse(own.claims)
  if (!claims.success || 'act' in own.claims) return refuseProof('token_kind')
  return judge(claims.data, issuer, now) ?? { ok: true, claims: claims.data }
}

async function readToken(jwt: string, keys: KeySet) {
  const own = await verifyOwnJwt(jwt, 'at+jwt', keys)
  if (own.ok) return own
  if (own.why === 'untrusted') return refuseProof('token_untrusted')
  return refuseProof(
    'token_malformed',
    `The access token cannot be read. ${own.problem} Send it as it was issued.`,
  )
}

function judge(claims: { iss: string; iat: number; exp: number }, issuer: string, now: Date) {
  if (claims.iss !== issuer) return refuseProof('token_untrusted')
  return timeProblem(claims, now, MAX_TOKEN_SECONDS) ? refuseProof('token_expired') : null
}
