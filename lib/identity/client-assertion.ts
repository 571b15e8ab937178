import { z } from 'zod'
import { readCompactJwt } from '@/lib/domain/compact-jwt'
import { ASSERTION_ALGORITHMS } from '@/lib/domain/jws-algorithms'
import { fromEpochSeconds, SKEW_SECONDS, timeProblem } from '@/lib/domain/jwt-time'
import { type ProofRefusal, refuseProof, type WireReason } from '@/lib/domain/wire-reasons'
import { replayKeyOf, sha256 } from './digest'
import { type isSignedBy, type PublicJwk, signerOf } from './public-jwk'
import { isOnlyAudience, type VerifiedWorkload, verifyJwtSvid, type WorkloadQuestion } from './workload'

const MAX_AHEAD_SECONDS = 300
const HEADER_PARAMETERS = ['alg', 'typ', 'kid']

/** `client_assertion_type` of private_key_jwt (RFC 7523 §2.2) and of a JWT-SVID (OAuth SPIFFE client authentication). */
export const CLIENT_ASSERTION_TYPES = {
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer': 'private_key_jwt',
  'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe': 'spiffe_jwt',
} as const

export type ClientAssertionMethod = (typeof CLIENT_ASSERTION_TYPES)[keyof typeof CLIENT_ASSERTION_TYPES]

/** Which method a `client_assertion_type` asks for, compared whole; null for any other. */
export const clientAssertionMethod = (type: string): ClientAssertionMethod | null =>
  new Map<string, ClientAssertionMethod>(Object.entries(CLIENT_ASSERTION_TYPES)).get(type) ?? null

const Header = z.object({
  alg: z.enum(ASSERTION_ALGORITHMS),
  typ: z.enum(['JWT', 'client-authentication+jwt']).exactOptional(),
  kid: z.string().min(1).max(256).exactOptional(),
})
const Claims = z.object({
  iss: z.string().min(1).max(2048),
  sub: z.string().min(1).max(2048),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().exactOptional(),
  iat: z.number().exactOptional(),
  jti: z.string().min(1).max(256),
})

/** A client assertion that was read. Nothing in it is verified. */
export type ReadAssertion = {
  ok: true
  jwt: string
  header: z.infer<typeof Header>
  claims: z.infer<typeof Claims>
  signingInput: string
}

/** Reads it, and verifies nothing: its `sub` is good for finding the keys to verify with, for nothing else. */
export function readClientAssertion(jwt: string): ReadAssertion | ProofRefusal {
  const reading = readCompactJwt(jwt, HEADER_PARAMETERS)
  if (!reading.ok) return malformed(reading.problem)
  const header = Header.safeParse(reading.jwt.header)
  if (!header.success) return malformed(`Its header needs an alg of ${ASSERTION_ALGORITHMS.join(', ')}.`)
  const claims = Claims.safeParse(reading.jwt.claims)
  if (!claims.success) return malformed('Its claims need iss, sub, aud, jti and exp.')
  const { signingInput } = reading.jwt
  return { ok: true, jwt, header: header.data, claims: claims.data, signingInput }
}

/** Whose assertion this claims to be, unverified. */
export function assertedClientId(jwt: string): string | null {
  const read = readClientAssertion(jwt)
  return read.ok ? read.claims.sub : null
}

export type VerifiedClientAssertion<K extends PublicJwk> = {
  ok: true
  clientId: string
  /** The one of the registered keys that signed it. */
  key: K
  jti: string
  expiresAt: Date
  /** Unique per client and `jti`. The caller stores it and refuses the second as `assertion_replayed`. */
  replayKey: string
  /** How long the caller keeps `replayKey`: past every replica's tolerance. */
  replayUntil: Date
  signingInputHash: string
}

export type ClientAssertionQuestion<K extends PublicJwk> = {
  clientId: string
  keys: readonly K[]
  issuer: string
  now: Date
  /** Verifies the signature, where another thread does it. */
  isSigned?: typeof isSignedBy | undefined
}

/**
 * Verifies a private_key_jwt client assertion (RFC 7523 §3, tightened as rfc7523bis): `iss` = `sub` = the client,
 * `aud` our issuer and nothing else (an endpoint's URL is refused), `jti` required, `exp` at most 5 minutes ahead
 * (skew of 30 s tolerated, 61 s refused), signed by one of the client's registered keys. Refuses as
 * `assertion_*` or `client_untrusted`, which are `invalid_client` with 401. Replay is the caller's to refuse.
 */
export async function verifyClientAssertion<K extends PublicJwk>(
  jwt: string,
  question: ClientAssertionQuestion<K>,
): Promise<VerifiedClientAssertion<K> | ProofRefusal> {
  const read = readClientAssertion(jwt)
  return read.ok ? verifyReadAssertion(read, question) : read
}

/** The same for one that was read before. */
export async function verifyReadAssertion<K extends PublicJwk>(
  { jwt, header, claims, signingInput }: ReadAssertion,
  { clientId, keys, issuer, now, isSigned }: ClientAssertionQuestion<K>,
): Promise<VerifiedClientAssertion<K> | ProofRefusal> {
  if (claims.iss !== clientId || claims.sub !== clientId)
    return malformed('Its iss and sub must be the client_id.')
  const key = await signerOf(jwt, keys, header, isSigned)
  if (!key) return refuseProof('client_untrusted')
  if (!isOnlyAudience(claims.aud, issuer)) return refuseProof('assertion_audience')
  if (timeProblem(claims, now, MAX_AHEAD_SECONDS)) return refuseProof('assertion_expired')
  return {
    ok: true,
    clientId,
    key,
    jti: claims.jti,
    expiresAt: fromEpochSeconds(claims.exp),
    replayKey: replayKeyOf('assertion', clientId, claims.jti),
    replayUntil: fromEpochSeconds(Math.ceil(claims.exp) + 2 * SKEW_SECONDS),
    signingInputHash: sha256(signingInput),
  }
}

/**
 * Verifies a JWT-SVID presented as client authentication (`spiffe_jwt`): every rule of `verifyJwtSvid`, but what
 * fails is `invalid_client` with 401 (RFC 6749 §5.2). It may repeat until it expires: pin it to its DPoP key.
 */
export async function verifySpiffeClientAssertion(
  jwt: string,
  question: WorkloadQuestion,
): Promise<VerifiedWorkload | ProofRefusal> {
  const outcome = await verifyJwtSvid(jwt, question)
  return outcome.ok ? outcome : asClientRefusal(outcome)
}

/** The same refusal of a workload JWT that came as client authentication. */
export const asClientRefusal = ({ reason, description, trace, verified }: ProofRefusal): ProofRefusal => ({
  ...refuseProof(asClientReason(reason), description),
  ...(trace ? { trace } : {}),
  ...(verified ? { verified } : {}),
})

function asClientReason(reason: WireReason): WireReason {
  if (reason === 'actor_malformed') return 'assertion_malformed'
  if (reason === 'actor_expired') return 'assertion_expired'
  if (reason === 'actor_unknown') return 'client_unknown'
  // Verified, and of somebody who is known: it says where they run, whichever way it came.
  if (reason === 'environment_mismatch') return reason
  return reason === 'actor_audience' ? 'assertion_audience' : 'client_untrusted'
}

const malformed = (problem: string) =>
  refuseProof(
    'assertion_malformed',
    `The client_assertion cannot be used. ${problem} Make a new one for each request.`,
  )
