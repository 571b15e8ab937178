import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findSignIn } from '@/lib/data/people'
import { endSignInRow } from '@/lib/data/write-sign-ins'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { SignInId } from '@/lib/domain/ids'
import { done, type Result, refusal } from '@/lib/domain/result'
import { endedEvent } from '@/lib/domain/sign-in'
import { mayEndSignIns } from '@/lib/usecases/facts/may-end-sign-ins'

export const EndSignIn = z.object({ signInId: SignInId })

/** Ends one's own sign-in, or as administrator that of anybody in the tenant. Signing out is ending the one in use. */
export async function endSignIn(
  actor: Actor,
  act: Act,
  input: z.infer<typeof EndSignIn>,
): Promise<Result<{ signInId: SignInId }>> {
  const signIn = await findSignIn(input.signInId)
  if (!signIn || signIn.ended || !(await mayEndSignIns(actor, signIn.personId))) return refusal('not_found')
  const now = await databaseNow()
  const { tenantId, personId: by } = actor
  const ended = endedEvent(signIn.id, { tenantId, personId: signIn.personId, by })
  const event = signIn.id === actor.signInId ? { ...ended, type: 'person.signed_out' as const } : ended
  const outcome = done({ signInId: signIn.id }, event)
  return commit(act, outcome, (tx) => endSignInRow(tx, signIn.id, now))
}
