import { commit } from '@/lib/data/commit'
import { findSignedIn } from '@/lib/data/signed-in'
import { endSignInRow } from '@/lib/data/write-sign-ins'
import type { SignInId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { endedEvent } from '@/lib/domain/sign-in'
import type { SignedIn } from '@/lib/usecases/facts/opening'

/**
 * Ends the sign-in that a browser brought when it is given another: it has one at a time. Bringing its cookie is the
 * right to end it, whoever it was that signed in after.
 */
export async function replaceSignIn(former: SignInId, { personId: by, signInId }: SignedIn): Promise<void> {
  const found = former === signInId ? null : await findSignedIn(former)
  if (!found) return
  const { tenantId, personId } = found.actor
  const outcome = done(null, endedEvent(former, { tenantId, personId, by }))
  // Whoever ended it meanwhile did what was to be done.
  await commit({ via: 'console', humanId: by, signInId }, outcome, (tx) =>
    endSignInRow(tx, former, found.now),
  )
}
