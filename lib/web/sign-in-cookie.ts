import { cookies, headers } from 'next/headers'
import { after } from 'next/server'
import { originOf } from '@/lib/domain/caller-address'
import type { SignInFrom } from '@/lib/domain/sign-in'
import type { SignedIn } from '@/lib/usecases/facts/opening'
import { settings } from '@/lib/usecases/facts/settings'
import { endSignIn } from '@/lib/usecases/people/end-sign-in'
import { replaceSignIn } from '@/lib/usecases/people/replace-sign-in'
import { isFromConsole } from './action'
import { authCookies } from './auth-cookies'
import { sealSignIn } from './auth-secret'
import { actOf, currentSignIn } from './session'
import { signInOfCookie } from './sign-in-token'

/** Where the request that signs somebody in comes from. */
export async function signInFrom(): Promise<SignInFrom> {
  const all = await headers()
  return originOf((name) => all.get(name), settings().trustedProxies)
}

/**
 * Ends the sign-in whose cookie this browser brought, which the one that was opened takes the place of: once the
 * browser has the new cookie. What its open pages ask meanwhile is asked with the former one.
 */
export async function endFormerSignIn(opened: SignedIn): Promise<void> {
  const former = await signInOfCookie()
  if (former) after(() => replaceSignIn(former, opened))
}

/** Gives this browser the cookie of a sign-in that was opened: the one next-auth would set and reads. */
export async function setSignInCookie(opened: SignedIn): Promise<void> {
  await endFormerSignIn(opened)
  const { personId, name, signInId } = opened
  const { sessionToken } = authCookies()
  const value = await sealSignIn({ sub: personId, name, signInId })
  const jar = await cookies()
  jar.set(sessionToken.name, value, { ...sessionToken.options, maxAge: settings().signInSeconds })
}

/** Ends the sign-in in use on the server; the cookie is dead with it. */
export async function endThisSignIn(): Promise<void> {
  if (!(await isFromConsole())) return
  const actor = (await currentSignIn())?.actor
  if (actor) await endSignIn(actor, actOf(actor), { signInId: actor.signInId })
  const jar = await cookies()
  const { name, options } = authCookies().sessionToken
  jar.set(name, '', { ...options, maxAge: 0 })
}
