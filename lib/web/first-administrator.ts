import { cookies } from 'next/headers'
import type { Result } from '@/lib/domain/result'
import {
  type BeFirstAdministrator,
  beFirstAdministrator,
} from '@/lib/usecases/passwords/be-first-administrator'
import { rememberBrowser } from './known-browser'
import { setupRightCookie } from './setup-right-cookie'
import { setSignInCookie, signInFrom } from './sign-in-cookie'

/** Makes the holder of this browser's right the first administrator, and signs them in here. */
export async function startFirstAdministrator(input: BeFirstAdministrator): Promise<Result<null>> {
  const jar = await cookies()
  const { name, options } = setupRightCookie()
  const made = await beFirstAdministrator(input, jar.get(name)?.value, await signInFrom())
  if (!made.ok) return made
  jar.set(name, '', { ...options, maxAge: 0 })
  await setSignInCookie(made.value)
  await rememberBrowser(input.email, made.value.passwordChanged)
  return { ok: true, value: null }
}
