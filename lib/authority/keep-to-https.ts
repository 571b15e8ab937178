import type { MiddlewareHandler } from 'hono'
import { HTTPS_ONLY, httpsOnly } from '@/lib/serve/https-only'

/** Every answer of an issuer with https says that there is no other way in. */
export const keepToHttps = (issuer: string): MiddlewareHandler => {
  const only = httpsOnly(issuer)
  return (c, next) => {
    if (only) c.header(HTTPS_ONLY, only)
    return next()
  }
}
