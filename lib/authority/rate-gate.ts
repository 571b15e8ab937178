import type { MiddlewareHandler } from 'hono'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { refuse } from './answers'
import type { Env } from './call'
import type { Rates } from './rates'

/** What a refused call costs: whoever tries things is slowed long before whoever works. */
const REFUSED_POINTS = 20

/**
 * Whose limit an address counts towards: itself, or its /64, which is one customer's whatever it calls itself. Null
 * for this machine: a proxy or the demo, behind which is everybody.
 */
export function limitedAddress(address: string | null): string | null {
  if (!address) return null
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (plain === '::1' || plain.startsWith('127.')) return null
  if (!plain.includes(':')) return plain
  const [head = '', tail = ''] = plain.split('::')
  const [before, behind] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)]
  const zeros = Array<string>(Math.max(0, 8 - before.length - behind.length)).fill('0')
  return `${[...before, ...zeros, ...behind].slice(0, 4).join(':')}::/64`
}

/** The first check of every call (PROTOCOLS 3): does this address still have any? */
export const onlyAtRate =
  (rates: Rates): MiddlewareHandler<Env> =>
  async (c, next) => {
    const address = limitedAddress(c.get('address') ?? null)
    if (address === null) return next()
    const wait = rates.spend('address', address)
    if (wait !== null) return refuse(c, { ...refuseProof('rate_limited'), retryAfterSeconds: wait })
    await next()
    if (c.res.status >= 400 && c.res.status < 500) rates.spend('address', address, REFUSED_POINTS)
  }
