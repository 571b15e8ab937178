import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findSignIn } from '@/lib/data/people'
import { endSignInRow } from '@/lib/data/write-sign-ins'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { SignInId } from '@/lib/domain/ids'
import { done, type Result, refusal } from '@/lib/domain/result'

export const EndSignIn = z.object({ signInId: SignInId })

/** Ends one's own sign-in, or as administrator anybody's. Signing out is ending the one in use. */
export async function endSignIn(
  actor: Actor,
  act: Act,
  input: z.infer<typeof EndSignIn>,
): Promise<Result<{ signInId: SignInId }>> {
  const signIn = await findSignIn(input.signInId)
  const isOwn = signIn?.personId === actor.personId
  if (!signIn || signIn.ended || !(isOwn || may(actor, 'sign_in.end_any'))) return refusal('not_found')
  const now = await databaseNow()
  const type = signIn.id === actor.signInId ? 'person.signed_out' : 'sign_in.ended'
  const outcome = done({ signInId: signIn.id }, {
    type,
    outcome: 'done',
    tenantId: actor.tenantId,
    humanId: signIn.personId,
    data: { by: actor.personId },
  } as const)
  return commit(act, outcome, (tx) => endSignInRow(tx, signIn.id, now))
}
