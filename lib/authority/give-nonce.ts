import type { MiddlewareHandler } from 'hono'
import type { DpopNonces } from '@/lib/credentials/dpop-nonce'
import type { Env } from './call'

/** Every answer to who proves a key carries the nonce for the next proof (RFC 9449 §8.2): whoever keeps it is never turned back for want of one. */
export const giveNonce =
  (nonces: DpopNonces): MiddlewareHandler<Env> =>
  (c, next) => {
    c.header('DPoP-Nonce', nonces.current(new Date()))
    return next()
  }
