import type { AuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { authCookies } from './auth-cookies'
import { authSecret, openCookie, sealSignIn } from './auth-secret'
import { isDirectLoopback } from './demo-guard'
import { finishProviderSignIn } from './finish-provider-sign-in'
import { logOutput } from './log'
import { companyProvider, PROVIDER } from './provider'
import { faultOfProvider, type ProviderFault } from './provider-fault'
import { endFormerSignIn } from './sign-in-cookie'
import { refusedAt } from './sign-in-refusals'

const header = (headers: unknown, name: string): string | undefined => {
  const value = (headers as Record<string, unknown> | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}

const demo = CredentialsProvider({
  id: 'demo',
  name: 'Demo person',
  credentials: { persona: {} },
  async authorize(credentials, request) {
    const persona = Persona.safeParse(credentials?.persona)
    const isHere = isDirectLoopback((name) => header(request.headers, name), settings().consoleUrl)
    if (!persona.success || !isHere) return null
    const userAgent = header(request.headers, 'user-agent')
    const signedIn = await signInAsPersona(persona.data, userAgent ? { userAgent } : {})
    if (!signedIn.ok) return null
    await endFormerSignIn(signedIn.value)
    return { id: signedIn.value.personId, name: signedIn.value.name, signInId: signedIn.value.signInId }
  },
})

function providers(): AuthOptions['providers'] {
  const { demo: isDemo, oidc } = settings()
  return [...(isDemo ? [demo] : []), ...(oidc ? [companyProvider(oidc)] : [])]
}

type Unusual = { onProviderFault?: ((fault: ProviderFault) => void) | undefined; secret?: string }

// A sign-in is sealed with the secret in use, whatever sealed the cookies of the way to the provider and back.
const signInCookie = {
  encode: ({ token }) => sealSignIn(token ?? {}),
  decode: ({ token }) => openCookie(token ?? ''),
} satisfies AuthOptions['jwt']

/** The cookie carries only which sign-in it is; the sign-in's row decides on every request. */
export function authOptions({
  onProviderFault = () => {},
  secret = authSecret(),
}: Unusual = {}): AuthOptions {
  // next-auth reads its own address from nowhere else.
  process.env.NEXTAUTH_URL = settings().consoleUrl
  return {
    providers: providers(),
    secret,
    jwt: signInCookie,
    session: { strategy: 'jwt', maxAge: settings().signInSeconds },
    cookies: authCookies(),
    logger: {
      // A cookie that somebody made up is no fault of ours: one line, without its stack and without what was sent.
      error: (code, metadata) => {
        logOutput(`next-auth: ${code}`)
        onProviderFault(faultOfProvider(code, metadata))
      },
      warn: () => {},
      debug: () => {},
    },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    callbacks: {
      signIn: async ({ user, account, profile }) => {
        if (account?.provider !== PROVIDER) return true
        const finished = await finishProviderSignIn(profile)
        if ('refused' in finished) return new URL(refusedAt(finished.refused), settings().consoleUrl).href
        // The same object reaches `jwt` below.
        Object.assign(user, { id: finished.signedIn.personId, signInId: finished.signedIn.signInId })
        return true
      },
      jwt: ({ token, user }) =>
        user && 'signInId' in user ? { sub: user.id, signInId: user.signInId } : token,
      session: ({ session, token }) => ({ ...session, signInId: token.signInId }),
      redirect: ({ url, baseUrl }) => {
        const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : new URL(baseUrl)
        return target.origin === new URL(baseUrl).origin ? target.toString() : baseUrl
      },
    },
  }
}
