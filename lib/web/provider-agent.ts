import { lookup as lookUp } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { carriedIpv4 } from '@/lib/domain/ipv6'

/** A question to the provider takes no longer than this, whatever it sends and however slowly. */
const LONGEST_MS = 8000

const LINK_LOCAL = new BlockList()
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4')
LINK_LOCAL.addSubnet('0.0.0.0', 8, 'ipv4')
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6')
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6')

// The address a cloud keeps its secrets at can be written as IPv6, and a translator on the way leads there (A40).
const isLinkLocal = (address: string) => {
  const carried = carriedIpv4(address)
  const isCarried = carried !== null && LINK_LOCAL.check(carried, 'ipv4')
  return isCarried || LINK_LOCAL.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

// Checked on the addresses that are connected to, so that a name which answers differently each time gains nothing.
const lookup: LookupFunction = (name, options, done) =>
  lookUp(name, { ...options, all: true }, (error, found) => {
    const allowed = error ? [] : found.filter(({ address }) => !isLinkLocal(address))
    const [first] = allowed
    const none = error ?? new Error('The identity provider has no address that may be asked.')
    if (!first) return done(none, '', 0)
    if (options.all) return done(null, allowed)
    done(null, first.address, first.family)
  })

/**
 * How the provider is reached: by the scheme of its issuer only, never at a link-local address (where clouds keep
 * their secrets), and for a bounded time. Redirects are not followed by whoever uses it.
 */
export function providerAgent(issuer: string): http.Agent {
  const { Agent } = new URL(issuer).protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: false, lookup } as https.AgentOptions)
  // Node's types leave this method out; it is how an agent opens every socket.
  const opener = agent as unknown as { createConnection: (...all: never[]) => import('node:net').Socket }
  const open = opener.createConnection.bind(agent)
  opener.createConnection = (...all) => {
    const [{ host = '' }] = all as unknown as [{ host?: string }]
    if (isIP(host) && isLinkLocal(host)) throw new Error('A link-local address is never asked.')
    const socket = open(...all)
    const late = setTimeout(() => socket.destroy(new Error('The provider took too long.')), LONGEST_MS)
    socket.once('close', () => clearTimeout(late))
    return socket
  }
  return agent
}
