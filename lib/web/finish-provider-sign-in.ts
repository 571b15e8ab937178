import { cookies } from 'next/headers'
import { readProviderClaims } from '@/lib/domain/provider-claims'
import type { SignedIn } from '@/lib/usecases/facts/opening'
import { settings } from '@/lib/usecases/facts/settings'
import { signInWithProvider } from '@/lib/usecases/people/sign-in-with-provider'
import { logFault } from './log'
import { setupRightCookie } from './setup-right-cookie'
import { endFormerSignIn, signInFrom } from './sign-in-cookie'
import type { SignInRefusal } from './sign-in-refusals'

type Finished = { signedIn: SignedIn } | { refused: SignInRefusal }

/** Opens the sign-in of whoever the provider's verified claims name. A fault signs nobody in. */
export async function finishProviderSignIn(claims: unknown): Promise<Finished> {
  const { oidc } = settings()
  const provided = oidc && readProviderClaims(claims, oidc)
  if (!oidc || !provided) return { refused: 'provider_answer' }
  const jar = await cookies()
  const { name, options } = setupRightCookie()
  const setupRight = jar.get(name)?.value
  try {
    const { groupMap } = oidc
    const signed = await signInWithProvider({ provided, groupMap, from: await signInFrom(), setupRight })
    if (setupRight && signed.ok) jar.set(name, '', { ...options, maxAge: 0 })
    if (signed.ok) {
      await endFormerSignIn(signed.value)
      return { signedIn: signed.value }
    }
    const { code } = signed.refusal
    return { refused: code === 'sign_in_disabled' || code === 'sign_in_without_role' ? code : 'unavailable' }
  } catch (fault) {
    logFault(fault)
    return { refused: 'unavailable' }
  }
}
