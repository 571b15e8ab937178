import { hkdfSync } from 'node:crypto'
import { listSecrets, type Secrets } from '@/lib/domain/secrets'

const MIN_SECRET_CHARACTERS = 32

/** What a subkey of COUNTERSIGN_SECRET is for. One purpose, one key: none can stand in for another. */
export type SubkeyPurpose =
  /** Encrypts private signing keys at rest. */
  | 'seal-signing-keys'
  /** next-auth's own secret. */
  | 'next-auth'
  /** Encrypts the secrets of second factors at rest. */
  | 'seal-second-factors'
  /** Encrypts the addresses and secrets of webhooks at rest. */
  | 'seal-webhooks'
  /** Signs the console's own short-lived values outside next-auth. */
  | 'console'
  /** Makes the nonces of DPoP proofs. */
  | 'dpop-nonce'
  /** Encrypts where a search goes on. */
  | 'search-page'
  /** Encrypts the private key of the demo trust domain at rest. */
  | 'seal-demo-trust-domain'

/**
 * 32 bytes for one purpose, derived from the installation's secret: HKDF-SHA256 (RFC 5869) without salt, the
 * purpose in `info`. Of several secrets it is the first's: what is new is made with it. Throws when the secret is
 * shorter than 32 characters.
 */
export const subkey = (secret: Secrets, purpose: SubkeyPurpose): Buffer =>
  derive(listSecrets(secret)[0], purpose)

/** The same of every secret, the first's first: one of them opens what was made while the secret changes. */
export function subkeys(secret: Secrets, purpose: SubkeyPurpose): readonly [Buffer, ...Buffer[]] {
  const [own, ...others] = listSecrets(secret)
  return [derive(own, purpose), ...others.map((other) => derive(other, purpose))]
}

function derive(secret: string, purpose: SubkeyPurpose): Buffer {
  if (secret.length < MIN_SECRET_CHARACTERS)
    throw new Error('COUNTERSIGN_SECRET needs at least 32 characters.')
  return Buffer.from(hkdfSync('sha256', secret, '', `countersign/v1/${purpose}`, 32))
}
