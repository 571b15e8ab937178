import type { AuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { authCookies } from './auth-cookies'
import { authSecret } from './auth-secret'
import { isDirectLoopback } from './demo-guard'
import { logOutput } from './log'

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
    return { id: signedIn.value.personId, name: signedIn.value.name, signInId: signedIn.value.signInId }
  },
})

/** The cookie carries only which sign-in it is; the sign-in's row decides on every request. */
export function authOptions(): AuthOptions {
  return {
    providers: settings().demo ? [demo] : [],
    secret: authSecret(),
    session: { strategy: 'jwt', maxAge: settings().signInSeconds },
    cookies: authCookies(),
    // A cookie that somebody made up is no fault of ours: one line, without its stack.
    logger: { error: (code) => logOutput(`next-auth: ${code}`), warn: () => {}, debug: () => {} },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    callbacks: {
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
