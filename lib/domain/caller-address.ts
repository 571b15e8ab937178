import { ipv4Of, ipv6Groups } from './ipv6'

/**
 * Who opened the connection, as the console's own server tells its pages: they see only headers. It is set or taken away
 * on every request, so what a caller sends under this name is never read.
 */
export const PEER_HEADER = 'x-countersign-peer'

const LOOKS_LIKE_ADDRESS = /^[0-9a-fA-F.:]{2,45}$/

/**
 * Where a request came from, as the outermost of our own proxies saw it: the entry it appended to X-Forwarded-For.
 * Everything left of that was written by whoever called. Without a proxy of ours nothing there is believed.
 */
export function callerAddress(forwardedFor: string | null, trustedProxies: number): string | null {
  if (trustedProxies === 0 || forwardedFor === null) return null
  const address = forwardedFor.split(',').at(-trustedProxies)?.trim() ?? ''
  return LOOKS_LIKE_ADDRESS.test(address) ? address : null
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/i

/** Who opened a connection, or null when it came from this machine: a proxy of our own, which speaks for everybody. */
export const peerAddress = (remote: string | undefined): string | null =>
  remote && LOOKS_LIKE_ADDRESS.test(remote) && !LOOPBACK.test(remote) ? remote : null

type Origin = { address?: string; userAgent?: string; peer?: string }

/** Where a request of a person comes from, by its headers as the console's own server hands them on. */
export function originOf(header: (name: string) => string | null, trustedProxies: number): Origin {
  const userAgent = header('user-agent')
  const address = callerAddress(header('x-forwarded-for'), trustedProxies)
  const peer = header(PEER_HEADER)
  return {
    ...(userAgent ? { userAgent } : {}),
    ...(address ? { address } : {}),
    ...(peer ? { peer } : {}),
  }
}

/** Whom an address counts for: itself, and for IPv6 its /64, which is the least that anybody is given. */
export function networkOf(address: string): string {
  const groups = ipv6Groups(address)
  if (!groups) return address
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return ipv4Of(groups[6], groups[7])
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}
