import type { MiddlewareHandler } from 'hono'
import { FORWARDING_HEADERS } from '@/lib/domain/forwarding-headers'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { refuse } from './answers'
import type { Env } from './call'

const FORWARDING = [...FORWARDING_HEADERS, 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']

/** In demo mode anybody can sign in, so a tunnel that publishes this machine finds the authority closed (DESIGN 11). */
export const onlyDirect = (issuer: string): MiddlewareHandler<Env> => {
  const { host } = new URL(issuer)
  return async (c, next) => {
    const isDirect = c.req.header('host') === host && FORWARDING.every((name) => !c.req.header(name))
    if (isDirect) return next()
    const says = 'The demo answers only on this machine, at its own address and without a proxy.'
    return refuse(c, { ...refuseProof('request_malformed', says), status: 421 })
  }
}
