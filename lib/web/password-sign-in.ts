import { type SignInWithPassword, signInWithPassword } from '@/lib/usecases/passwords/sign-in-with-password'
import { knownBrowser, rememberBrowser } from './known-browser'
import { setSignInCookie, signInFrom } from './sign-in-cookie'

/** Signs in with a password, and gives this browser the cookie of the sign-in. */
export async function startPasswordSignIn(input: SignInWithPassword): ReturnType<typeof signInWithPassword> {
  const [from, mark] = await Promise.all([signInFrom(), knownBrowser(input.email)])
  const signedIn = await signInWithPassword(input, { ...from, mark })
  if (!signedIn.ok) return signedIn
  await setSignInCookie(signedIn.value)
  await rememberBrowser(input.email, signedIn.value.passwordChanged)
  return signedIn
}
