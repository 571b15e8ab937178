import type { Result } from '@/lib/domain/result'
import type { Lack } from '@/lib/domain/second-factor'
import type { SignedIn } from '@/lib/usecases/facts/opening'
import { type SignInWithPassword, signInWithPassword } from '@/lib/usecases/passwords/sign-in-with-password'
import { knownBrowser, rememberBrowser } from './known-browser'
import { setSignInCookie, signInFrom } from './sign-in-cookie'

/** Signs in with a password, and gives this browser the cookie of the sign-in. */
export async function startPasswordSignIn(
  input: SignInWithPassword,
): Promise<Result<SignedIn & { lacks: Lack | null }>> {
  const [from, browser] = await Promise.all([signInFrom(), knownBrowser(input.email)])
  const signedIn = await signInWithPassword(input, { ...from, browser })
  if (!signedIn.ok) return signedIn
  await setSignInCookie(signedIn.value)
  await rememberBrowser(input.email)
  return signedIn
}
