import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { tooLarge } from './answers'
import { type Env, headerOf } from './call'

/**
 * Refuses larger bodies. A length that was said is held to by Node, which reads no further, so it is compared and the
 * body is not touched: Hono's own limit makes a whole `Request` of it first. What says no length is counted as it comes.
 */
export function limitBody(maxSize: number): MiddlewareHandler<Env> {
  const counted = bodyLimit({ maxSize, onError: tooLarge })
  return async (c, next) => {
    const length = headerOf(c, 'content-length')
    if (length === undefined || headerOf(c, 'transfer-encoding') !== undefined) return counted(c, next)
    if (Number(length) > maxSize) return tooLarge(c)
    return next()
  }
}
