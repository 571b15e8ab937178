import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { BoundedMap } from '@/lib/domain/bounded-map'

const COORDINATE = /^[A-Za-z0-9_-]{43}$/
const SIGNATURE_BYTES = 64
const MAX_KEPT = 4096

// A key is what its coordinates say, so an imported one may be kept. What it signed is never kept here.
const imported = new BoundedMap<string, KeyObject | null>(MAX_KEPT)

function importKey(x: string, y: string): KeyObject | null {
  if (!COORDINATE.test(x) || !COORDINATE.test(y)) return null
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  } catch {
    return null
  }
}

function keyOf(x: string, y: string): KeyObject | null {
  const name = `${x}.${y}`
  const known = imported.get(name)
  if (known !== undefined) return known
  const key = importKey(x, y)
  imported.set(name, key)
  return key
}

/**
 * Whether a compact JWS is signed by this P-256 key with ES256 (RFC 7518 §3.4: r‖s of 64 bytes). A point off the
 * curve, a coordinate that is not 32 bytes and a signature of another length are a no. Synchronous on purpose: half
 * the work of the thread-pool hop of WebCrypto. The tests check it with jose.
 */
export function isSignedES256(text: string, { x, y }: { x: string; y: string }): boolean {
  const key = keyOf(x, y)
  const end = text.lastIndexOf('.')
  const signature = Buffer.from(text.slice(end + 1), 'base64url')
  if (!key || signature.length !== SIGNATURE_BYTES) return false
  return verify('sha256', Buffer.from(text.slice(0, end)), { key, dsaEncoding: 'ieee-p1363' }, signature)
}
