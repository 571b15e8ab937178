import { z } from 'zod'
import { CLEAN_LINE } from './clean-text'
import type { TrailEvent } from './events'
import type { PersonId, TenantId } from './ids'
import type { RefusalCode } from './refusals'

/** How many passkeys a person may have. */
export const MOST_PASSKEYS = 10

/** How long a passkey that is being registered may take to answer. */
export const REGISTER_WITHIN_SECONDS = 5 * 60

export const PasskeyName = CLEAN_LINE.min(1, 'Give the passkey a name.').max(
  60,
  'Keep the name under 60 characters.',
)

const ANSWER = 'The browser’s answer cannot be read. Try again.'
const Base64Url = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, ANSWER)
  .max(8_192, ANSWER)

// What a browser answers comes as JSON in one field of the form.
const asJson = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .max(24_576, ANSWER)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: ANSWER })
        return z.NEVER
      }
    })
    .pipe(schema)

const ofCredential = { id: Base64Url, rawId: Base64Url, type: z.literal('public-key', ANSWER) }

/** What an authenticator signed, as the browser hands it over. */
export const Assertion = z.object({
  ...ofCredential,
  response: z.object({ clientDataJSON: Base64Url, authenticatorData: Base64Url, signature: Base64Url }),
})
export type Assertion = z.infer<typeof Assertion>
export const SentAssertion = asJson(Assertion)

/** What a dialog sends back of what it showed, with the passkey's answer when there is one. */
export const SIGNED_FIELDS = {
  nonce: z.string().regex(/^[0-9a-f]{32}$/, 'Open the dialog again.'),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'Open the dialog again.'),
  assertion: SentAssertion.optional(),
}

/** A new credential of an authenticator, as the browser hands it over. */
export const Attestation = z.object({
  ...ofCredential,
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/, ANSWER))
      .max(8)
      .default([]),
  }),
})
export type Attestation = z.infer<typeof Attestation>
export const SentAttestation = asJson(Attestation)

/** A registered passkey. The public key is COSE, base64url. */
export type Passkey = {
  credentialId: string
  personId: PersonId
  name: string
  publicKey: string
  /** How often it says it has signed. Zero for ever when it does not count. */
  counter: number
  transports: readonly string[]
  added: Date
  lastUsed: Date | null
}

/** Everything somebody needs later to check a signature without us, base64url where it is bytes. */
export type PasskeyEvidence = {
  credentialId: string
  credentialKey: string
  rpId: string
  origin: string
  authenticatorData: string
  clientData: string
  signature: string
}

/** A passkey that has signed a vote, as it was read, with what it answered. */
export type PasskeyProof = { passkey: Passkey; counter: number; evidence: PasskeyEvidence }

/** A counter that does not grow is that of a copy, unless the authenticator never counts (WebAuthn §6.1.1). */
export const isCopied = (kept: number, presented: number): boolean =>
  (kept > 0 || presented > 0) && presented <= kept

/** What holds a signature up: a passkey that is there is used, and a stage may demand one. */
export function lacksPasskey(
  stage: { passkey: boolean },
  signer: { hasPasskey: boolean; gave: boolean },
): RefusalCode | null {
  if (signer.gave) return null
  if (signer.hasPasskey) return 'passkey_needed'
  return stage.passkey ? 'passkey_required' : null
}

type Whose = { tenantId: TenantId; personId: PersonId }

/** Something happened to somebody's passkey. Its name is free text. */
export const passkeyEvent = (
  type: 'passkey.added' | 'passkey.renamed' | 'passkey.removed',
  { tenantId, personId }: Whose,
  { credentialId, name, left }: { credentialId: string; name: string; left: number },
): TrailEvent => ({
  type,
  outcome: 'done',
  tenantId,
  humanId: personId,
  data: { passkey: credentialId, passkeys: left },
  texts: { name },
})

/** A passkey was not registered, or not removed. */
export const passkeyRefused = ({ tenantId, personId }: Whose, reason: RefusalCode): TrailEvent => ({
  type: 'passkey.refused',
  outcome: 'refused',
  tenantId,
  humanId: personId,
  data: { reason },
})
