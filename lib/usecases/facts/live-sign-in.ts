import { databaseNow } from '@/lib/data/clock'
import { findSignedIn, type SignedInActor } from '@/lib/data/people'
import type { SignInId } from '@/lib/domain/ids'
import { settings } from './settings'

/**
 * Who a sign-in stands for now, or null. What demo mode opened, where everybody is who they say, is worth nothing once
 * it is off.
 */
export async function findLiveSignIn(signInId: SignInId): Promise<(SignedInActor & { now: Date }) | null> {
  const now = await databaseNow()
  const found = await findSignedIn(signInId, now)
  if (!found || (found.method === 'demo' && !settings().demo)) return null
  return { ...found, now }
}
