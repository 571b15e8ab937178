import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { type Env, headerOf } from './call'

/** Whether this very document is what the asker has already (RFC 9110 §13.1.2). */
export const hasIt = (c: Context<Env>, etag: string): boolean =>
  (headerOf(c, 'if-none-match') ?? '').split(',').some((one) => [etag, '*'].includes(one.trim()))

const etagOf = (text: string) => `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`

/** A document that anybody may read and keep for a while. Asked for again unchanged, it is not sent again. */
export function published(c: Context<Env>, document: object, maxAgeSeconds: number): Response {
  const body = JSON.stringify(document)
  const etag = etagOf(body)
  const headers = { etag, 'cache-control': `public, max-age=${maxAgeSeconds}` }
  if (hasIt(c, etag)) return c.body(null, 304, headers)
  return c.body(body, 200, { ...headers, 'content-type': 'application/json' })
}
