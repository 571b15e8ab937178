import { SignInPart } from '@/components/settings/sign-in-part'
import { findPasswordOf } from '@/lib/data/passwords'
import { countRecoveryCodes, findSecondFactor } from '@/lib/data/second-factors'
import type { Actor } from '@/lib/domain/access'
import { settings } from '@/lib/usecases/facts/settings'
import { changePasswordAction } from './actions'

/** One's own password and second factor, for people who sign in with one. */
export async function OwnSignIn({ actor: { personId } }: { actor: Actor }) {
  const password = settings().passwords ? await findPasswordOf(personId) : null
  if (!password) return null
  const [stored, recoveryCodes] = await Promise.all([
    findSecondFactor(personId),
    countRecoveryCodes(personId),
  ])
  const factor = stored?.confirmed ? { since: stored.confirmed, recoveryCodes } : null
  return <SignInPart email={password.email} factor={factor} change={changePasswordAction} />
}
