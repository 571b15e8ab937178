import NextAuth from 'next-auth'
import { REFUSALS, type RefusalCode } from '@/lib/domain/refusals'
import { isFromConsole } from '@/lib/web/action'
import { authOptions } from '@/lib/web/auth-options'

// Signing out ends the sign-in's row, which next-auth's own sign-out would leave alive: the console has its own.
const ANSWERED = new Set(['GET csrf', 'GET providers', 'GET session', 'GET signin', 'POST callback/demo'])

const no = (code: RefusalCode) => new Response(`${REFUSALS[code].says}\n`, { status: REFUSALS[code].status })

async function handler(request: Request, context: { params: Promise<{ nextauth: string[] }> }) {
  const { nextauth } = await context.params
  if (!ANSWERED.has(`${request.method} ${nextauth.join('/')}`)) return no('not_found')
  // A page of another port of this machine can plant the cookie half of next-auth's own check.
  if (request.method === 'POST' && !(await isFromConsole())) return no('bad_origin')
  return NextAuth(request as never, context as never, authOptions())
}

export { handler as GET, handler as POST }
