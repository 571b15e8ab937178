import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { z } from 'zod'
import { OWN_ALGORITHM } from '@/lib/domain/jws-algorithms'
import type { Secrets } from '@/lib/domain/secrets'
import { seal, unsealWithAny } from './seal'
import { subkey, subkeys } from './subkey'

/** Public half of one of our keys (RFC 7518 §6.2.1): P-256 only. */
export const OwnPublicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This is not a P-256 coordinate.'),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This is not a P-256 coordinate.'),
})
export type OwnPublicJwk = z.infer<typeof OwnPublicJwk>

/** What may be known of a key by everybody. */
export type PublishedKey = { kid: string; publicJwk: OwnPublicJwk }

/** A signing key as stored: the private part only sealed. */
export type SigningKeyRecord = PublishedKey & { privateSealed: string }

/** Signs, and gives away nothing else: the private key lives in the closure. */
export type SigningKey = { readonly kid: string; readonly sign: (signingInput: string) => string }

/**
 * A new ES256 key pair. `kid` is the RFC 7638 thumbprint of the public half; the private half is PKCS #8 under
 * AES-256-GCM with the `kid` as associated data (DESIGN 7).
 */
export async function generateSigningKey(secret: Secrets): Promise<SigningKeyRecord> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicJwk = OwnPublicJwk.parse(pair.publicKey.export({ format: 'jwk' }))
  const kid = await calculateJwkThumbprint(publicJwk, 'sha256')
  const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  return { kid, publicJwk, privateSealed: seal(pkcs8, subkey(secret, 'seal-signing-keys'), kid) }
}

/**
 * Opens a stored key. Throws when the secret is another one, or the record was put together from two keys:
 * that is a fault of the installation, not of a caller.
 */
export function loadSigningKey(record: SigningKeyRecord, secret: Secrets): SigningKey {
  const pkcs8 = unsealWithAny(record.privateSealed, subkeys(secret, 'seal-signing-keys'), record.kid)
  if (!pkcs8) throw new Error(`Signing key ${record.kid} was not sealed under this COUNTERSIGN_SECRET.`)
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  if (!isHalfOf(privateKey, record.publicJwk))
    throw new Error(`Signing key ${record.kid} does not belong to the public key beside it.`)
  return { kid: record.kid, sign: (signingInput) => signES256(signingInput, privateKey) }
}

/** The document at `jwks_uri` (RFC 7517 §5): public members only, in the order given. */
export function publishedJwks(records: readonly PublishedKey[]) {
  const keys = records.map(({ kid, publicJwk: { kty, crv, x, y } }) => {
    return { kty, crv, x, y, kid, use: 'sig', alg: OWN_ALGORITHM } as const
  })
  return { keys }
}

/** Our keys by `kid`, ready to verify with. Make it once per change of the keys, not per request. */
export type KeySet = ReadonlyMap<string, KeyObject>

export const keySet = (records: readonly PublishedKey[]): KeySet =>
  new Map(
    records.map(({ kid, publicJwk }) => [
      kid,
      createPublicKey({ key: OwnPublicJwk.parse(publicJwk), format: 'jwk' }),
    ]),
  )

// ES256 wants r‖s of 64 bytes (RFC 7518 §3.4), not the DER that OpenSSL makes by default. Synchronous on
// purpose: three times faster than the thread-pool hop of WebCrypto. The tests check it with jose.
const signES256 = (signingInput: string, key: KeyObject): string =>
  sign('sha256', Buffer.from(signingInput), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')

function isHalfOf(privateKey: KeyObject, publicJwk: OwnPublicJwk): boolean {
  const own = createPublicKey(privateKey).export({ format: 'jwk' })
  return own.x === publicJwk.x && own.y === publicJwk.y
}
