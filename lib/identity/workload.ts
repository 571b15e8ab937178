import { z } from 'zod'
import { readCompactJwt } from '@/lib/domain/compact-jwt'
import { JWT_SVID_ALGORITHMS } from '@/lib/domain/jws-algorithms'
import { fromEpochSeconds, timeProblem } from '@/lib/domain/jwt-time'
import { keptProofs } from '@/lib/domain/kept-proofs'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { sha256 } from './digest'
import { type isSignedBy, signerOf } from './public-jwk'
import type { SpiffeBundle } from './spiffe-bundle'
import { parseSpiffeId, type SpiffeId } from './spiffe-id'

const MAX_AHEAD_SECONDS = 24 * 60 * 60

const Header = z.object({
  alg: z.enum(JWT_SVID_ALGORITHMS),
  typ: z.enum(['JWT', 'JOSE']).exactOptional(),
  kid: z.string().min(1).max(256).exactOptional(),
})
const Claims = z.object({
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().exactOptional(),
  iat: z.number().exactOptional(),
  iss: z.unknown().optional(),
})
type Claims = z.infer<typeof Claims>

/** A trust domain this authority believes, with the keys that speak for it. */
export type TrustDomain = { name: string; bundle: SpiffeBundle }

export type WorkloadQuestion = {
  trustDomains: readonly TrustDomain[]
  issuer: string
  now: Date
  /** Does the work of `isSignedBy` elsewhere. */
  isSigned?: typeof isSignedBy | undefined
}

export type VerifiedWorkload = {
  ok: true
  kind: 'jwt_svid'
  /** The whole identity, to be looked up whole. */
  spiffeId: string
  trustDomain: string
  path: string
  /** From the path `/env/<name>/…`, never from what the caller says of itself; null when the path names none. */
  environment: string | null
  expiresAt: Date
  /** SHA-256 of `header.payload`, base64url: pins the JWT to one DPoP key, however its signature is respelled. */
  signingInputHash: string
}

/**
 * Verifies a JWT-SVID (SPIFFE JWT-SVID §2 to §4; PROTOCOLS 3): header of `alg`, `typ` and `kid` only, one of the
 * nine algorithms, `sub` a SPIFFE ID of a configured trust domain, a signature by a key of that trust domain,
 * `aud` our issuer and nothing else, `exp` within 24 hours (skew of 30 s tolerated, 61 s refused). A JWT that
 * names us as its issuer is never a workload proof. Refuses as `actor_*`. A signature that was verified with this very
 * `trustDomains` is not verified again for a minute; everything else is.
 */
export async function verifyJwtSvid(
  jwt: string,
  question: WorkloadQuestion,
): Promise<VerifiedWorkload | ProofRefusal> {
  const { trustDomains, now } = question
  const hash = sha256(jwt)
  const known = signedSvids.find(trustDomains, hash, now)
  const svid = known ?? (await verifySignature(jwt, question))
  if (!svid.ok) return svid
  if (!known) signedSvids.keep(trustDomains, hash, now, svid)
  return wrongClaims(svid.claims, question) ?? verified(svid)
}

/** A JWT-SVID that its trust domain has signed. Whether it is for us and for now is asked each time. */
type SignedSvid = { ok: true; identity: SpiffeId; claims: Claims; signingInputHash: string }

const signedSvids = keptProofs<SignedSvid>()

/** How many JWT-SVIDs this process was asked about, and how many were verified a moment before. */
export const countSvids = signedSvids.counts

async function verifySignature(
  jwt: string,
  { trustDomains, isSigned }: WorkloadQuestion,
): Promise<SignedSvid | ProofRefusal> {
  const reading = readCompactJwt(jwt, ['alg', 'typ', 'kid'])
  if (!reading.ok) return malformed(reading.problem)
  const header = Header.safeParse(reading.jwt.header)
  if (!header.success) return malformed('Its header needs an alg of RS, ES or PS and no typ but JWT or JOSE.')
  const claims = Claims.safeParse(reading.jwt.claims)
  if (!claims.success) return malformed('Its claims need sub, aud and exp.')
  const identity = parseSpiffeId(claims.data.sub)
  if (!identity) return malformed('Its sub is not the SPIFFE ID of a workload.')
  // The sender chose sub: it selects whose keys may speak, and only those keys can make it true.
  const domain = trustDomains.find(({ name }) => name === identity.trustDomain)
  if (!domain || !(await signerOf(jwt, domain.bundle.keys, header.data, isSigned)))
    return refuseProof('actor_untrusted')
  return { ok: true, identity, claims: claims.data, signingInputHash: sha256(reading.jwt.signingInput) }
}

function wrongClaims(claims: Claims, { issuer, now }: WorkloadQuestion): ProofRefusal | null {
  if (claims.iss === issuer)
    return refuseProof(
      'actor_untrusted',
      'The JWT names this authority as its issuer. Send a JWT-SVID of the workload.',
    )
  if (!isOnlyAudience(claims.aud, issuer)) return refuseProof('actor_audience')
  const late = timeProblem(claims, now, MAX_AHEAD_SECONDS)
  return late ? refuseProof('actor_expired', SENTENCES[late]) : null
}

/** Exactly one audience, and it is us: with a second one, that party could replay the JWT here (JWT-SVID §6.2). */
export const isOnlyAudience = (audience: string | readonly string[], issuer: string): boolean =>
  typeof audience === 'string' ? audience === issuer : audience.length === 1 && audience[0] === issuer

const SENTENCES = {
  expired: 'The workload JWT has expired. Fetch a new one.',
  not_yet: 'The workload JWT is not valid yet. Check the clock of its issuer.',
  too_long: 'The workload JWT is valid for more than 24 hours. Fetch one that ends sooner.',
}

const verified = ({ identity, claims, signingInputHash }: SignedSvid): VerifiedWorkload => ({
  ok: true,
  kind: 'jwt_svid',
  spiffeId: identity.id,
  trustDomain: identity.trustDomain,
  path: identity.path,
  environment: identity.environment,
  expiresAt: fromEpochSeconds(claims.exp),
  signingInputHash,
})

const malformed = (problem: string) =>
  refuseProof(
    'actor_malformed',
    `The workload JWT cannot be used. ${problem} Fetch a new one and send it unchanged.`,
  )
