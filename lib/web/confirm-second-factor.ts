import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { Result } from '@/lib/domain/result'
import { type ConfirmSecondFactor, confirmSecondFactor } from '@/lib/usecases/passwords/confirm-second-factor'
import { setSignInCookie } from './sign-in-cookie'

/** Confirms a second factor and gives this browser the sign-in that takes the place of the one in use. */
export async function confirmSecondFactorHere(
  actor: Actor,
  act: Act,
  input: ConfirmSecondFactor,
): Promise<Result<{ recoveryCodes: string[] }>> {
  const confirmed = await confirmSecondFactor(actor, act, input)
  if (!confirmed.ok) return confirmed
  const { signedIn, recoveryCodes } = confirmed.value
  await setSignInCookie(signedIn)
  return { ok: true, value: { recoveryCodes } }
}
