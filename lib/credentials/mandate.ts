import { hash } from 'node:crypto'
import { z } from 'zod'
import { timeProblem } from '@/lib/domain/jwt-time'
import { keptProofs } from '@/lib/domain/kept-proofs'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { KeySet, SigningKey } from './keys'
import { signOwnJwt, verifyOwnJwt } from './own-jwt'

const MAX_LIFETIME_SECONDS = 92 * 24 * 60 * 60
const text = z.string().min(1).max(2048)

/** Claims of a mandate (PROTOCOLS 2). `may_act` is RFC 8693 §4.4; times are whole seconds since 1970. */
export const MandateClaims = z
  .object({
    iss: text,
    aud: text,
    sub: text,
    may_act: z.object({ sub: text, iss: text.exactOptional() }),
    jti: text,
    iat: z.int().positive(),
    exp: z.int().positive(),
    txn: text,
    grant_id: text,
  })
  .refine(({ iss, aud }) => iss === aud, 'A mandate is meant for its own issuer.')
  .refine(({ iat, exp }) => exp > iat && exp - iat <= MAX_LIFETIME_SECONDS, 'A mandate ends within 92 days.')
export type MandateClaims = z.infer<typeof MandateClaims>

/**
 * Signs a mandate: `typ` mandate+jwt, ES256 (PROTOCOLS 2). Throws on claims no mandate may have, so that a bug
 * cannot become a signed text.
 */
export const signMandate = (claims: MandateClaims, key: SigningKey): string =>
  signOwnJwt('mandate+jwt', MandateClaims.parse(claims), key)

/** `ranOut`: what it said while it was valid, where only its time is over. */
export type VerifiedMandate =
  | { ok: true; claims: MandateClaims }
  | (ProofRefusal & { ranOut?: MandateClaims })

/**
 * Verifies a subject_token as a mandate of `issuer` (RFC 8693 §2.1, PROTOCOLS 2): `typ`, ES256 and a published
 * key, then `iss` = `aud` = issuer, then time (skew of 30 s tolerated, 61 s refused). Refuses as
 * `mandate_malformed`, `mandate_untrusted` or `mandate_expired`. Says nothing about the grant: ask the database.
 * A signature that was verified with these very `keys` is not verified again for a minute; everything else is.
 */
export async function verifyMandate(
  jwt: string,
  keys: KeySet,
  { issuer, now }: { issuer: string; now: Date },
): Promise<VerifiedMandate> {
  const digest = hash('sha256', jwt, 'base64url')
  const known = signedMandates.find(keys, digest, now)
  const mandate = known ?? (await readSigned(jwt, keys))
  if (!mandate.ok) return mandate
  if (!known) signedMandates.keep(keys, digest, now, mandate)
  const { claims } = mandate
  // Same key, other issuer: a copy of the database behind another address must not pass for this one.
  if (claims.iss !== issuer) return refuseProof('mandate_untrusted')
  const late = timeProblem(claims, now, MAX_LIFETIME_SECONDS)
  if (!late) return mandate
  const refusal = refuseProof('mandate_expired', SENTENCES[late])
  return late === 'expired' ? { ...refusal, ranOut: claims } : refusal
}

type SignedMandate = { ok: true; claims: MandateClaims }

const signedMandates = keptProofs<SignedMandate>()

/** How many mandates this process was asked about, and how many were verified a moment before. */
export const countMandates = signedMandates.counts

/** A mandate that one of our keys has signed. Whether it is ours and for now is asked each time. */
async function readSigned(jwt: string, keys: KeySet): Promise<SignedMandate | ProofRefusal> {
  const own = await verifyOwnJwt(jwt, 'mandate+jwt', keys)
  if (!own.ok) return own.why === 'malformed' ? malformed(own.problem) : refuseProof('mandate_untrusted')
  const claims = MandateClaims.safeParse(own.claims)
  return claims.success
    ? { ok: true, claims: claims.data }
    : malformed('Its claims are not those of a mandate.')
}

const SENTENCES = {
  expired: 'The mandate has expired. Ask for a new task request.',
  not_yet: 'The mandate is not valid yet. Check the clock of this authority.',
  too_long: 'The mandate is valid for longer than any may be. Take it from the request page again.',
}

const malformed = (problem: string) =>
  refuseProof(
    'mandate_malformed',
    `The subject_token is not a mandate. ${problem} Send the mandate exactly as it was issued.`,
  )
