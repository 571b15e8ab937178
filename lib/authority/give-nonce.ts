import type { MiddlewareHandler } from 'hono'
import type { DpopNonces } from '@/lib/credentials/dpop-nonce'
import { lastHeardTime } from '@/lib/data/authority-callers'
import { databaseNow } from '@/lib/data/clock'
import type { Env } from './call'

/**
 * Every answer to who proves a key carries the nonce for the next proof (RFC 9449 §8.2): whoever keeps it is never turned
 * back for want of one. By the clock that it will be taken by, the database's.
 */
export const giveNonce =
  (nonces: DpopNonces): MiddlewareHandler<Env> =>
  async (c, next) => {
    c.header('DPoP-Nonce', nonces.current(lastHeardTime() ?? (await databaseNow())))
    await next()
  }
