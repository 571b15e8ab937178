import { findSignedIn, type SignedInActor } from '@/lib/data/signed-in'
import type { SignInId } from '@/lib/domain/ids'
import { settings } from './settings'

/**
 * Who a sign-in stands for now, or null. What demo mode opened, where everybody is who they say, is worth nothing once
 * it is off.
 */
export async function findLiveSignIn(signInId: SignInId): Promise<SignedInActor | null> {
  const found = await findSignedIn(signInId)
  return found && found.method === 'demo' && !settings().demo ? null : found
}
