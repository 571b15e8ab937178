import {
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { Assertion, Attestation, Passkey } from '@/lib/domain/passkey'

/** Where passkeys work: the host that they belong to and the one origin they answer. */
export type Place = { rpId: string; origin: string }

const NUMBERS = /^\[|^\d+(\.\d+){3}$/

/** The place of a console, or null when it has an address of numbers: WebAuthn knows names only (WebAuthn §5.1.3). */
export function placeOf(consoleUrl: string): Place | null {
  const { hostname, origin } = new URL(consoleUrl)
  return NUMBERS.test(hostname) ? null : { rpId: hostname, origin }
}

// ES256, EdDSA, RS256 (RFC 9053, RFC 8812).
const ALGORITHMS = [-7, -8, -257]

const TIMEOUT_MS = 5 * 60 * 1000

type Person = { personId: string; name: string }

/** What a browser needs to make a passkey: user verification required, no attestation, none that is there already. */
export const registrationOptions = (
  { rpId }: Place,
  { personId, name }: Person,
  { challenge, passkeys }: { challenge: string; passkeys: readonly Passkey[] },
) =>
  generateRegistrationOptions({
    rpName: 'Countersign',
    rpID: rpId,
    userID: new Uint8Array(Buffer.from(personId)),
    userName: name,
    userDisplayName: name,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    excludeCredentials: passkeys.map(({ credentialId: id, transports }) => ({
      id,
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    timeout: TIMEOUT_MS,
  })

export type NewCredential = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports'>

/**
 * A new credential, when it answers this challenge (32 bytes, base64url) at this place, for a verified user
 * (WebAuthn §7.1). Anything else is null: the reason is of no use to anybody but who tries.
 */
export async function verifyRegistration(
  { id, rawId, type, response }: Attestation,
  { rpId, origin }: Place,
  challenge: string,
): Promise<NewCredential | null> {
  if (isOfAnotherPage(response.clientDataJSON)) return null
  const verified = await verifyRegistrationResponse({
    response: { id, rawId, type, response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null)
  if (!verified?.verified) return null
  const { credential } = verified.registrationInfo
  // A name that is not the one it signed with would be looked up in vain for ever.
  if (credential.id !== id) return null
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: response.transports,
  }
}

/** What a browser needs to have one of these passkeys sign a SHA-256 digest (hex): it is the challenge. */
export const signingOptions = ({ rpId }: Place, digest: string, passkeys: readonly Passkey[]) => ({
  challenge: challengeOf(digest),
  rpId,
  allowCredentials: passkeys.map(({ credentialId, transports }) => ({
    id: credentialId,
    type: 'public-key' as const,
    transports: [...transports],
  })),
  userVerification: 'required' as const,
  timeout: TIMEOUT_MS,
})
export type SigningOptions = ReturnType<typeof signingOptions>

const challengeOf = (digest: string): string => Buffer.from(digest, 'hex').toString('base64url')

/**
 * The counter of an assertion that signs this digest (hex) at this place with this key, for a verified user
 * (WebAuthn §7.2), or null. Whether the counter has grown is the caller's to compare with what is stored.
 */
export async function verifyAssertion(
  { id, rawId, type, response }: Assertion,
  { rpId, origin }: Place,
  { digest, passkey }: { digest: string; passkey: Pick<Passkey, 'credentialId' | 'publicKey'> },
): Promise<{ counter: number } | null> {
  if (id !== passkey.credentialId || isOfAnotherPage(response.clientDataJSON)) return null
  const verified = await verifyAuthenticationResponse({
    response: { id, rawId, type, response, clientExtensionResults: {} },
    expectedChallenge: challengeOf(digest),
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
    // Zero accepts every counter here.
    credential: { id, publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')), counter: 0 },
  }).catch(() => null)
  return verified?.verified ? { counter: verified.authenticationInfo.newCounter } : null
}

// A page that frames ours would be asked for in its name. No page may, and a browser that lets one says so here.
function isOfAnotherPage(clientDataJSON: string): boolean {
  try {
    return decodeClientDataJSON(clientDataJSON).crossOrigin === true
  } catch {
    return true
  }
}
