import type { Actor } from '@/lib/domain/access'
import {
  type Assertion,
  isCopied,
  lacksPasskey,
  type Passkey,
  type PasskeyEvidence,
  type PasskeyProof,
} from '@/lib/domain/passkey'
import type { RefusalCode } from '@/lib/domain/refusals'
import type { Stage } from '@/lib/domain/stages'
import {
  type Place,
  placeOf,
  type SigningOptions,
  signingOptions,
  verifyAssertion,
} from '@/lib/identity/passkeys'
import { settings } from './settings'

type Signer = { actor: Actor; stage: Pick<Stage, 'passkey'>; passkeys: readonly Passkey[] }

/** What the browser has a passkey sign with, or null when this person signs with their sign-in. */
export function optionsToSign(passkeys: readonly Passkey[], digest: string): SigningOptions | null {
  const place = placeOf(settings().consoleUrl)
  return place && passkeys.length > 0 ? signingOptions(place, digest, passkeys) : null
}

export type Proved = { proof: PasskeyProof | null } | { code: RefusalCode }

/**
 * Who signs, proved: by a passkey of this very person that signed this digest, or, where neither the stage demands one
 * nor they have one, by their sign-in. Whatever else was sent signs nothing.
 */
export async function proveSigner(
  { actor, stage, passkeys }: Signer,
  digest: string,
  assertion: Assertion | undefined,
): Promise<Proved> {
  const place = placeOf(settings().consoleUrl)
  const hasPasskey = passkeys.length > 0 && place !== null
  const lack = lacksPasskey(stage, { hasPasskey, gave: assertion !== undefined })
  if (lack) return { code: lack }
  if (!assertion) return { proof: null }
  const passkey = passkeys.find(({ credentialId }) => credentialId === assertion.id)
  // Somebody else's, a removed one and one that never was are told apart by nobody.
  if (!place || passkey?.personId !== actor.personId) return { code: 'passkey_unknown' }
  const signed = await verifyAssertion(assertion, place, { digest, passkey })
  if (!signed) return { code: 'passkey_refused' }
  if (isCopied(passkey.counter, signed.counter)) return { code: 'passkey_copied' }
  return { proof: { passkey, counter: signed.counter, evidence: evidenceOf(assertion, passkey, place) } }
}

const evidenceOf = (
  { response }: Assertion,
  { credentialId, publicKey }: Passkey,
  place: Place,
): PasskeyEvidence => ({
  credentialId,
  credentialKey: publicKey,
  ...place,
  authenticatorData: response.authenticatorData,
  clientData: response.clientDataJSON,
  signature: response.signature,
})
