import { z } from 'zod'
import { type Claims, claimText } from '@/lib/domain/claim-conditions'
import { decodeBase64url, readCompactJwt } from '@/lib/domain/compact-jwt'
import { JWT_SVID_ALGORITHMS } from '@/lib/domain/jws-algorithms'
import { fromEpochSeconds, timeProblem } from '@/lib/domain/jwt-time'
import { keptProofs } from '@/lib/domain/kept-proofs'
import { type OidcIssuer, SUBJECT_CLAIMS } from '@/lib/domain/oidc-issuer'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { sha256 } from './digest'
import { type isSignedBy, type PublicJwk, signerOf } from './public-jwk'
import { isOnlyAudience } from './workload'

const MAX_AHEAD_SECONDS = 24 * 60 * 60
// The thumbprints of a certificate are hints of whoever has one; nothing is looked up by them here.
const HEADER_PARAMETERS = ['alg', 'typ', 'kid', 'x5t', 'x5t#S256']

const Header = z.object({
  alg: z.enum([...JWT_SVID_ALGORITHMS, 'EdDSA', 'Ed25519']),
  typ: z.enum(['JWT', 'JOSE']).exactOptional(),
  kid: z.string().min(1).max(256).exactOptional(),
})
const Known = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(2048),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().exactOptional(),
  iat: z.number().exactOptional(),
})
type Known = z.infer<typeof Known>

/** Who a JWT says issued it, and which of the issuer's keys signed. Unverified: good for finding the keys alone. */
export type Routing = { issuer: string; kid: string | null }

/**
 * Where a JWT belongs when it is not a JWT-SVID. One whose subject is a SPIFFE ID is judged as a JWT-SVID and as nothing
 * else, whoever issued it: so no proof can be read in two ways. Null for those, and for what cannot be read.
 */
export function routingOf(jwt: string): Routing | null {
  const [header = '', claims = ''] = jwt.split('.', 2)
  const { iss, sub } = part(claims)
  if (typeof iss !== 'string' || (typeof sub === 'string' && sub.startsWith('spiffe://'))) return null
  const { kid } = part(header)
  return { issuer: iss, kid: typeof kid === 'string' ? kid : null }
}

function part(text: string): Claims {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(decodeBase64url(text) ?? undefined))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

export type IssuedQuestion = {
  by: OidcIssuer
  /** The same object for as long as they are the same keys: what was verified is kept with them. */
  keys: readonly PublicJwk[]
  /** Us. */
  issuer: string
  now: Date
  /** Does the work of `isSignedBy` elsewhere. */
  isSigned?: typeof isSignedBy | undefined
}

export type VerifiedIssued = {
  ok: true
  kind: 'issued'
  /** The claim that names the workload, by the kind of its issuer. To be looked up whole. */
  subject: string
  sub: string
  claims: Claims
  expiresAt: Date
  signingInputHash: string
}

/**
 * Verifies an OpenID Connect token as a workload's proof (OpenID Connect Core §3.1.3.7, PROTOCOLS 3): `iss` to the letter,
 * a signature by a key of that issuer, `typ` JWT or none, `aud` our issuer and nothing else, `exp` within 24 hours (skew of
 * 30 s tolerated, 61 s refused). A JWT of our own is never one. Refuses as `actor_*`. A signature verified with these very
 * `keys` is not verified again for a minute; everything else is.
 */
export async function verifyIssuedJwt(
  jwt: string,
  question: IssuedQuestion,
): Promise<VerifiedIssued | ProofRefusal> {
  const { by, keys, now } = question
  const hash = sha256(jwt)
  const kept = signedTokens.find(keys, hash, now)
  const signed = kept ?? (await verifySignature(jwt, question))
  if (!signed.ok) return signed
  if (!kept) signedTokens.keep(keys, hash, now, signed)
  const refusal = wrongClaims(signed.claims, question)
  if (refusal) return refusal
  const subject = claimText(signed.claims, SUBJECT_CLAIMS[by.kind])
  if (!subject) return malformed(`Its claims need ${SUBJECT_CLAIMS[by.kind]}.`)
  const { claims, signingInputHash } = signed
  const expiresAt = fromEpochSeconds(claims.exp)
  return { ok: true, kind: 'issued', subject, sub: claims.sub, claims, expiresAt, signingInputHash }
}

type Signed = { ok: true; claims: Known; signingInputHash: string }

const signedTokens = keptProofs<Signed>()

/** How many tokens of issuers this process was asked about, and how many were verified a moment before. */
export const countIssued = signedTokens.counts

async function verifySignature(
  jwt: string,
  { keys, isSigned }: IssuedQuestion,
): Promise<Signed | ProofRefusal> {
  const reading = readCompactJwt(jwt, HEADER_PARAMETERS)
  if (!reading.ok) return malformed(reading.problem)
  const header = Header.safeParse(reading.jwt.header)
  if (!header.success) return malformed('Its header needs an asymmetric alg and no typ but JWT or JOSE.')
  const claims = Known.safeParse(reading.jwt.claims)
  if (!claims.success) return malformed('Its claims need iss, sub, aud and exp.')
  if (!(await signerOf(jwt, keys, header.data, isSigned)))
    return refuseProof('actor_untrusted', 'The workload JWT is not signed by a key of its issuer.')
  return { ok: true, claims: claims.data, signingInputHash: sha256(reading.jwt.signingInput) }
}

function wrongClaims(claims: Known, { by, issuer, now }: IssuedQuestion): ProofRefusal | null {
  if (claims.iss !== by.issuer || claims.iss === issuer) return refuseProof('actor_untrusted')
  if (!isOnlyAudience(claims.aud, issuer)) return refuseProof('actor_audience')
  const late = timeProblem(claims, now, MAX_AHEAD_SECONDS)
  return late ? refuseProof('actor_expired') : null
}

const malformed = (problem: string) =>
  refuseProof('actor_malformed', `The workload JWT cannot be used. ${problem} Send it unchanged.`)
