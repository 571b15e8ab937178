import { cookies } from 'next/headers'
import { NextRequest, NextResponse } from 'next/server'
import NextAuth from 'next-auth'
import { z } from 'zod'
import { settings } from '@/lib/usecases/facts/settings'
import { isFromConsole } from './action'
import { authOptions } from './auth-options'
import { PROVIDER } from './provider'
import type { ProviderFault } from './provider-fault'
import { refusedAt } from './sign-in-refusals'

type Ask = { path: string; form?: Record<string, string>; onFault?: (fault: ProviderFault) => void }

/** Asks next-auth as a browser would, and keeps the cookies it answers with for this browser. */
async function ask({ path, form, onFault }: Ask): Promise<Response> {
  const sent = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
  const request = new NextRequest(new URL(`/api/auth/${path}`, settings().consoleUrl), sent)
  const params = Promise.resolve({ nextauth: path.split('/') })
  const answer: Response = await NextAuth(
    request as never,
    { params } as never,
    authOptions({ onProviderFault: onFault }),
  )
  const jar = await cookies()
  for (const cookie of new NextResponse(null, { headers: answer.headers }).cookies.getAll()) jar.set(cookie)
  return answer
}

const Csrf = z.object({ csrfToken: z.string() })

/**
 * Where to send the browser so that the provider signs somebody in: its authorization endpoint, with state, nonce and
 * PKCE kept in cookies of this browser. Only the console's own pages may start it: nobody else's chooses who signs in.
 */
export async function startProviderSignIn(to: string): Promise<string> {
  if (!settings().oidc || !(await isFromConsole())) return refusedAt('provider_answer')
  let fault: ProviderFault = 'provider_silent'
  const { csrfToken } = Csrf.parse(await (await ask({ path: 'csrf' })).json())
  const answer = await ask({
    path: `signin/${PROVIDER}`,
    form: { csrfToken, callbackUrl: new URL(to, settings().consoleUrl).href },
    onFault: (found) => {
      fault = found
    },
  })
  const location = answer.headers.get('location')
  const isOurs = location === null || new URL(location).origin === new URL(settings().consoleUrl).origin
  return isOurs ? refusedAt(fault) : location
}
