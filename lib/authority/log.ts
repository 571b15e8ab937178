import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Env } from './call'

/** One line per request. Never a header, a body, a query or a token. */
export type LogLine = {
  id: string
  method: string
  path: string
  status: number
  ms: number
  reason?: string
}
export type Log = { request: (line: LogLine) => void; fault: (id: string, error: unknown) => void }

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

/** Gives every request an id, the caller's own when it is a plain one, and writes its line. */
export const logRequests =
  (log: Log): MiddlewareHandler<Env> =>
  async (c, next) => {
    const sent = c.req.header('x-request-id') ?? ''
    const id = REQUEST_ID.test(sent) ? sent : randomUUID()
    const started = performance.now()
    c.set('requestId', id)
    await next()
    c.header('X-Request-Id', id)
    c.header('X-Content-Type-Options', 'nosniff')
    const ms = Math.round((performance.now() - started) * 10) / 10
    const reason = c.get('reason')
    const { method, path } = c.req
    log.request({
      id,
      method,
      path: path.slice(0, 200),
      status: c.res.status,
      ms,
      ...(reason ? { reason } : {}),
    })
  }
