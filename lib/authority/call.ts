import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { WireReason } from '@/lib/domain/wire-reasons'
import type { Reference } from '@/lib/serve/reference'
import type { AuthorityContext, Call } from '@/lib/usecases/facts/authority'

export type Env = {
  Bindings: Partial<HttpBindings>
  Variables: { reference: Reference; reason?: WireReason }
}

/** Every DPoP header by itself: joined, a second one would hide behind the first (RFC 9449 §4.3, check 1). */
function dpopHeaders(c: Context<Env>): string[] {
  const raw = c.env?.incoming?.rawHeaders
  if (!raw) return [c.req.header('dpop')].filter((value) => value !== undefined)
  return raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === 'dpop')
}

/** The parts of a request that proofs are about. The address is the issuer's, whatever the Host header says. */
export const callOf = (c: Context<Env>, context: AuthorityContext): Call => ({
  context,
  method: c.req.method,
  path: c.req.path,
  dpop: dpopHeaders(c),
  authorization: c.req.header('authorization') ?? null,
  address: c.env?.incoming?.socket?.remoteAddress ?? null,
  reference: c.get('reference') ?? null,
})
