import { cookies, headers } from 'next/headers'
import { encode } from 'next-auth/jwt'
import { Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { endSignIn } from '@/lib/usecases/people/end-sign-in'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { isFromConsole } from './action'
import { authOptions } from './auth-options'
import { isDirectLoopback } from './demo-guard'
import { actOf, currentActor } from './session'

const COOKIE = process.env.NEXTAUTH_URL?.startsWith('https://')
  ? '__Secure-next-auth.session-token'
  : 'next-auth.session-token'

const HOURS_12 = 12 * 60 * 60

/**
 * Signs a demo person in, with the cookie next-auth would set. Demo people have no secret, so this works only straight
 * from this machine, and only for the console's own pages: nobody else's page may choose who is signed in.
 */
export async function startDemoSignIn(key: unknown): Promise<boolean> {
  const all = await headers()
  const isHere = isDirectLoopback((name) => all.get(name), settings().consoleUrl)
  const persona = Persona.safeParse(key)
  if (!settings().demo || !isHere || !persona.success || !(await isFromConsole())) return false
  const userAgent = all.get('user-agent')
  const signedIn = await signInAsPersona(persona.data, userAgent ? { userAgent } : {})
  const { secret } = authOptions()
  if (!signedIn.ok || !secret) return false
  const { personId, name, signInId } = signedIn.value
  const value = await encode({ token: { sub: personId, name, signInId }, secret, maxAge: HOURS_12 })
  const secure = COOKIE.startsWith('__Secure-')
  const jar = await cookies()
  jar.set(COOKIE, value, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: HOURS_12 })
  return true
}

/** Ends the sign-in in use on the server; the cookie is dead with it. */
export async function endThisSignIn(): Promise<void> {
  if (!(await isFromConsole())) return
  const actor = await currentActor()
  if (actor) await endSignIn(actor, actOf(actor), { signInId: actor.signInId })
  const jar = await cookies()
  jar.delete(COOKIE)
}
