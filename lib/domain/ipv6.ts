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
