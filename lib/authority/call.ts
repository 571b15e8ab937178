import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { callerAddress } from '@/lib/domain/caller-address'
import type { WireReason } from '@/lib/domain/wire-reasons'
import type { Reference } from '@/lib/serve/reference'
import type { AuthorityContext, Call } from '@/lib/usecases/facts/authority'

export type Env = {
  Bindings: Partial<HttpBindings>
  Variables: { reference: Reference; address: string | null; reason?: WireReason }
}

/**
 * Every header of this name by itself, in small letters. Read as they came: to answer for one, Hono would first make a
 * whole `Headers` of them.
 */
function headersOf(c: Context<Env>, name: string): string[] {
  const raw = c.env?.incoming?.rawHeaders
  if (!raw) return [c.req.header(name)].filter((value) => value !== undefined)
  const isNamed = (text = '') => text.length === name.length && text.toLowerCase() === name
  return raw.filter((_, at) => at % 2 === 1 && isNamed(raw[at - 1]))
}

/** A header, joined as RFC 9110 §5.2 says when it came more than once. */
export function headerOf(c: Context<Env>, name: string): string | undefined {
  const values = headersOf(c, name)
  return values.length > 0 ? values.join(', ') : undefined
}

/** Where a call comes from: what our own proxies say, when there are any, and else who opened the connection. */
export const noteAddress =
  (trustedProxies: number): MiddlewareHandler<Env> =>
  (c, next) => {
    const said = callerAddress(headerOf(c, 'x-forwarded-for') ?? null, trustedProxies)
    c.set('address', said ?? c.env?.incoming?.socket?.remoteAddress ?? null)
    return next()
  }

/** The parts of a request that proofs are about. The address is the issuer's, whatever the Host header says. */
export const callOf = (c: Context<Env>, context: AuthorityContext): Call => ({
  context,
  method: c.req.method,
  path: c.req.path,
  // Not joined: a second one would hide behind the first (RFC 9449 §4.3, check 1).
  dpop: headersOf(c, 'dpop'),
  authorization: headerOf(c, 'authorization') ?? null,
  address: c.get('address') ?? null,
  reference: c.get('reference') ?? null,
})

/** The same of a request that its sender may name, to send it again. */
export const namedCall = (c: Context<Env>, context: AuthorityContext): Call => ({
  ...callOf(c, context),
  idempotencyKey: headerOf(c, 'idempotency-key') ?? null,
})
