import { lookup as lookUp } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { kindOfAddress, mayCall, type Permit } from '@/lib/domain/outgoing-address'

export type Egress = {
  /** `https:` or `http:`, and no other than this. */
  protocol: string
  permit: Permit
  /** What is unencrypted leaves for addresses inside only. */
  plainInsideOnly?: boolean
  /** A connection lasts no longer, whatever comes over it and however slowly. */
  longestMs: number
  /** How names become addresses. */
  lookup?: LookupFunction
}

const CODE = 'EGRESS_REFUSED'
const refuse = (message: string) => Object.assign(new Error(message), { code: CODE })

/** Whether a fault is ours: the address is one that may not be called. */
export const isEgressRefusal = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && fault.code === CODE

const systemLookup: LookupFunction = (name, options, done) =>
  lookUp(name, { ...options, all: true }, (error, found) => done(error, found))

/**
 * The one way out (A40). Addresses are checked when they are connected to, so that a name which answers differently
 * each time gains nothing. Redirects are not followed by whoever uses it.
 */
export function egressAgent(egress: Egress): http.Agent {
  const { protocol, permit, longestMs } = egress
  const isPlain = protocol !== 'https:'
  const isAllowed = (address: string) =>
    mayCall(address, permit) && !(isPlain && egress.plainInsideOnly && kindOfAddress(address) !== 'inside')
  const { Agent } = isPlain ? http : https
  const agent = new Agent({
    keepAlive: false,
    lookup: checked(isAllowed, egress.lookup),
  } as https.AgentOptions)
  // Node's types leave this method out; it is how an agent opens every socket.
  const opener = agent as unknown as { createConnection: (...all: never[]) => Socket }
  const open = opener.createConnection.bind(agent)
  opener.createConnection = (...all) => {
    const [{ host = '' }] = all as unknown as [{ host?: string }]
    if (isIP(host) && !isAllowed(host)) throw refuse('This address is never called.')
    const socket = open(...all)
    const late = setTimeout(
      () => socket.destroy(Object.assign(new Error('It took too long.'), { code: 'ETIMEDOUT' })),
      longestMs,
    )
    socket.once('close', () => clearTimeout(late))
    return socket
  }
  return agent
}

const checked =
  (isAllowed: (address: string) => boolean, lookup: LookupFunction = systemLookup): LookupFunction =>
  (name, options, done) =>
    lookup(name, { ...options, all: true }, (error, found) => {
      const answers = error || !Array.isArray(found) ? [] : found
      const allowed = answers.filter(({ address }) => isAllowed(address))
      const [first] = allowed
      if (!first) return done(error ?? refuse('The name has no address that may be called.'), '', 0)
      if (options.all) return done(null, allowed)
      done(null, first.address, first.family)
    })
