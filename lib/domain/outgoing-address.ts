import { carriedIpv4, ipv6Groups } from './ipv6'

/** What an address is to whoever is asked to call it. */
export type AddressKind =
  /** Anybody's. */
  | 'public'
  /** This machine or a private network: only where the operator says so. */
  | 'inside'
  /** Where clouds keep their secrets, and what is no single machine: nobody's, whoever asks. */
  | 'never'

/** Addresses that begin with the same bits. */
export type AddressRange = { groups: readonly number[]; bits: number }

const BITS = 128
const IPV4_BITS = 32
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** Sixteen bits a group, eight groups, an IPv4 address as the IPv6 one that carries it. Null when it is no address. */
const groupsOf = (address: string): number[] | null =>
  IPV4.test(address) ? ipv6Groups(`::ffff:${address}`) : ipv6Groups(address)

/** "10.0.0.0/8", "fd12::/16" or one address, or null. */
export function addressRange(text: string): AddressRange | null {
  const [address = '', length, ...rest] = text.split('/')
  const groups = groupsOf(address)
  const most = IPV4.test(address) ? IPV4_BITS : BITS
  if (!groups || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null
  const given = length === undefined ? most : Number(length)
  return given > most ? null : { groups, bits: BITS - most + given }
}

function isWithin(groups: readonly number[], { groups: base, bits }: AddressRange): boolean {
  return base.every((group, at) => {
    const left = Math.min(16, Math.max(0, bits - at * 16))
    const mask = (0xffff << (16 - left)) & 0xffff
    return ((groups[at] ?? 0) & mask) === (group & mask)
  })
}

const ranges = (...texts: readonly string[]): AddressRange[] =>
  texts.flatMap((text) => addressRange(text) ?? [])

// Unspecified, link-local, multicast and reserved; the addresses clouds answer secrets at; translators of one's own
// (RFC 8215), whose other side nobody here knows.
const NEVER = ranges(
  ...['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16', '100.100.100.200'],
  ...['::', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254', '64:ff9b:1::/48', '2001::/32'],
)

const INSIDE_IPV4 = ranges(
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.18.0.0/15'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.51.100.0/24', '203.0.113.0/24'],
)

const GLOBAL_IPV6 = ranges('2000::/3')
const INSIDE_IPV6 = ranges('2001:db8::/32', '2001:10::/28')
const LOOPBACK = ranges('127.0.0.0/8', '::1')

const isIn = (groups: readonly number[], list: readonly AddressRange[]) =>
  list.some((range) => isWithin(groups, range))

/** An address and, when it is an IPv6 one that stands for an IPv4 one, that too: a translator on the way leads there. */
function meantBy(address: string): { ipv6: number[] | null; ipv4: number[] | null } | null {
  const groups = groupsOf(address)
  if (!groups) return null
  if (IPV4.test(address)) return { ipv6: null, ipv4: groups }
  const carried = carriedIpv4(address)
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:65535'
  return { ipv6: isMapped ? null : groups, ipv4: carried === null ? null : groupsOf(carried) }
}

/** What may be called besides what is public. */
export type Permit = { inside: readonly AddressRange[] | 'all'; loopback: boolean }

/** What kind of address this is. What cannot be read is never called. */
export function kindOfAddress(address: string): AddressKind {
  const meant = meantBy(address)
  if (!meant) return 'never'
  const { ipv4, ipv6 } = meant
  const both = [ipv4, ipv6].filter((groups) => groups !== null)
  if (both.some((groups) => isIn(groups, NEVER))) return 'never'
  if (ipv4 && isIn(ipv4, INSIDE_IPV4)) return 'inside'
  if (!ipv6) return 'public'
  return isIn(ipv6, GLOBAL_IPV6) && !isIn(ipv6, INSIDE_IPV6) ? 'public' : ipv4 ? 'public' : 'inside'
}

/** Whether this address may be called. Asked of the address that is connected to, never of a name. */
export function mayCall(address: string, { inside, loopback }: Permit): boolean {
  const kind = kindOfAddress(address)
  if (kind !== 'inside') return kind === 'public'
  if (inside === 'all') return true
  const meant = meantBy(address)
  const groups = meant?.ipv4 ?? meant?.ipv6 ?? []
  return isIn(groups, inside) || (loopback && isIn(groups, LOOPBACK))
}
