import { headers } from 'next/headers'
import { Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { isFromConsole } from './action'
import { isDirectLoopback } from './demo-guard'
import { setSignInCookie, signInFrom } from './sign-in-cookie'

/**
 * Signs a demo person in. Demo people have no secret, so this works only straight from this machine, and only for the
 * console's own pages: nobody else's page may choose who is signed in.
 */
export async function startDemoSignIn(key: unknown): Promise<boolean> {
  const all = await headers()
  const isHere = isDirectLoopback((name) => all.get(name), settings().consoleUrl)
  const persona = Persona.safeParse(key)
  if (!settings().demo || !isHere || !persona.success || !(await isFromConsole())) return false
  const signedIn = await signInAsPersona(persona.data, await signInFrom())
  if (signedIn.ok) await setSignInCookie(signedIn.value)
  return signedIn.ok
}
