/** The eight groups of an IPv6 address, however it is written, or null when it is none. */
export function ipv6Groups(address: string): number[] | null {
  const url = `http://[${address}]`
  if (!address.includes(':') || !URL.canParse(url)) return null
  // The one way of writing it (WHATWG URL, "IPv6 serializer"): groups in hex, and at most one run of zeros as "::".
  const [head = '', tail = ''] = new URL(url).hostname.slice(1, -1).split('::')
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = Array<string>(8 - (before?.length ?? 0) - (after?.length ?? 0)).fill('0')
  return [...(before ?? []), ...zeros, ...(after ?? [])].map((group) => Number.parseInt(group, 16))
}

/** Two groups as the IPv4 address they carry. */
export const ipv4Of = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join('.')

const LOOPBACK = '0:0:0:0:0:0:0:1'
const MAPPED = '0:0:0:0:0:ffff'
const COMPATIBLE = '0:0:0:0:0:0'
/** The prefix of translators (RFC 6052 §2.1). */
const NAT64 = '64:ff9b:0:0:0:0'

/** The IPv4 address that an IPv6 address stands for: mapped, compatible, translated or 6to4 (RFC 3056 §2). Or null. */
export function carriedIpv4(address: string): string | null {
  const groups = ipv6Groups(address)
  if (!groups) return null
  if (LOOPBACK === groups.join(':')) return null
  if (groups[0] === 0x2002) return ipv4Of(groups[1], groups[2])
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':')
  return [MAPPED, COMPATIBLE, NAT64].includes(prefix) ? ipv4Of(groups[6], groups[7]) : null
}
