import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { WireReason } from '@/lib/domain/wire-reasons'
import { type Plain, plain } from '@/lib/serve/plain'
import { echoOf, type Reference, referenceOf } from '@/lib/serve/reference'
import { type Env, headerOf } from './call'

/** One line per request. Never a header, a body, a query or a token. */
export type LogLine = {
  reference: Reference
  method: Plain
  route: Plain
  status: number
  ms: number
  reason: WireReason | undefined
}
export type Log = { request: (line: LogLine) => void; fault: (reference: Reference, error: unknown) => void }

const DECISIONS = '/access/'

/**
 * Gives every request a reference, the caller's own when it is a plain one, and writes its line. Who asks for a decision gets
 * its own name for the request back, also where it is not plain enough for log and trail.
 */
export const logRequests =
  (log: Log): MiddlewareHandler<Env> =>
  async (c, next) => {
    const sent = headerOf(c, 'x-request-id')
    const reference = referenceOf(sent)
    const started = performance.now()
    c.set('reference', reference)
    // Before there is an answer: on one that is made already, Hono opens its body to put a header beside it.
    c.header('X-Request-ID', (c.req.path.startsWith(DECISIONS) && echoOf(sent)) || reference)
    c.header('X-Content-Type-Options', 'nosniff')
    await next()
    const ms = Math.round((performance.now() - started) * 10) / 10
    const reason = c.get('reason')
    const [method, route] = [known(c.req.method), known(routeOf(c))]
    log.request({ reference, ms, method, route, status: c.res.status, reason })
  }

const MOST_KNOWN = 64
const plains = new Map<string, Plain>()

// Methods and patterns are few: each is made plain once.
function known(text: string): Plain {
  const made = plains.get(text) ?? plain(text)
  if (plains.size < MOST_KNOWN) plains.set(text, made)
  return made
}

// The pattern: a path holds ids, and one that nobody serves holds whatever its caller likes.
const routeOf = (c: Context<Env>): string =>
  matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'unmatched'
