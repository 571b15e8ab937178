import { createHash, timingSafeEqual } from 'node:crypto'
import { databaseNow } from '@/lib/data/clock'
import { findSetupLink, hasAdministrator } from '@/lib/data/setup-link'
import { isRightUsable } from '@/lib/domain/setup-link'

/** Secrets of the setup link are stored as this. They are 256 random bits, so one round is enough. */
export const setupHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

const isSame = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * The right to be the first administrator that a browser holds, as its hash, or null. Whoever opens a sign-in with it
 * passes the hash to `spendSetupRight` in the same transaction; which identity the right goes to is theirs to decide.
 */
export async function findSetupRight(secret: string | undefined): Promise<string | null> {
  if (!secret) return null
  const hash = setupHash(secret)
  const [link, isTaken, now] = await Promise.all([findSetupLink(), hasAdministrator(), databaseNow()])
  if (!link?.rightHash || isTaken || !isRightUsable(link, now)) return null
  return isSame(hash, link.rightHash) ? hash : null
}
