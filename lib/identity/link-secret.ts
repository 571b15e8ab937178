import { randomBytes } from 'node:crypto'
import { sha256 } from './digest'

/** What a mailed link carries: 256 random bits, base64url. Only its hash is kept. */
export function newLinkSecret(): { secret: string; hash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, hash: linkHash(secret) }
}

/** SHA-256 is enough for 256 random bits: there is nothing to guess. */
export const linkHash = (secret: string): string => sha256(secret)
