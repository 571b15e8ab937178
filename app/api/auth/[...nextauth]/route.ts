import NextAuth from 'next-auth'
import { REFUSALS, type RefusalCode } from '@/lib/domain/refusals'
import { settings } from '@/lib/usecases/facts/settings'
import { isFromConsole } from '@/lib/web/action'
import { authOptions } from '@/lib/web/auth-options'
import { secretOfReturn } from '@/lib/web/auth-secret'
import type { ProviderFault } from '@/lib/web/provider-fault'
import { refusedAt } from '@/lib/web/sign-in-refusals'

// Signing out ends the sign-in's row, which next-auth's own sign-out would leave alive: the console has its own.
const ANSWERED = ['GET csrf', 'GET providers', 'GET session', 'GET signin']

const answered = () => [
  ...ANSWERED,
  ...(settings().demo ? ['POST callback/demo'] : []),
  ...(settings().oidc ? ['GET callback/oidc'] : []),
]

const no = (code: RefusalCode) => new Response(`${REFUSALS[code].says}\n`, { status: REFUSALS[code].status })

async function handler(request: Request, context: { params: Promise<{ nextauth: string[] }> }) {
  const { nextauth } = await context.params
  if (!answered().includes(`${request.method} ${nextauth.join('/')}`)) return no('not_found')
  // A page of another port of this machine can plant the cookie half of next-auth's own check.
  if (request.method === 'POST' && !(await isFromConsole())) return no('bad_origin')
  let fault: ProviderFault = 'provider_answer'
  const onProviderFault = (found: ProviderFault) => {
    if (fault === 'provider_answer') fault = found
  }
  const options = authOptions({ onProviderFault, secret: await secretOfReturn() })
  const answer: Response = await NextAuth(request as never, context as never, options)
  return isErrorPage(answer) ? Response.redirect(new URL(refusedAt(fault), settings().consoleUrl)) : answer
}

/** next-auth sends to a page of its own that says one word; ours says what did not work. */
const isErrorPage = ({ headers }: Response) =>
  new URL(headers.get('location') ?? '/', settings().consoleUrl).pathname === '/api/auth/error'

export { handler as GET, handler as POST }
