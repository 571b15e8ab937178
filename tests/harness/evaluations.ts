import { SignJWT } from 'jose'
import type { Decided } from '@/lib/domain/evaluation'
import type { SearchResult, Sought } from '@/lib/domain/search'
import { SERVERS, type TestWorld } from './world'

type Server = keyof typeof SERVERS

/** What a resource server authenticates with: private_key_jwt (RFC 7523), fresh each time. */
export function assertionOf(world: TestWorld, as: Server, audience: string): Promise<string> {
  const { privateKey, kid } = world.serverKeys[as]
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid })
    .setIssuer(SERVERS[as])
    .setSubject(SERVERS[as])
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(privateKey)
}

export type Heard = Decided & { status: number; headers: Headers; reason?: string; evaluations?: Decided[] }

type FoundHere = {
  status: number
  reason?: string
  results: SearchResult[]
  page: { next_token: string }
}

/** A resource server that asks before it answers, with nothing but fetch (AuthZEN 1.0 §10.1). */
export function makeAsker(world: TestWorld, issuer: string, as: Server, url = issuer) {
  async function send(body: unknown, more: { path?: string; headers?: Record<string, string> } = {}) {
    const { path = '/access/v1/evaluation', headers = {} } = more
    const authorization = `Bearer ${await assertionOf(world, as, issuer)}`
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { ...(await response.json()), status: response.status, headers: response.headers } as Heard
  }
  const sendAll = (body: unknown) => send(body, { path: '/access/v1/evaluations' })
  const search = async (sought: Sought, body: unknown) => {
    const heard: unknown = await send(body, { path: `/access/v1/search/${sought}` })
    return heard as FoundHere
  }
  /** Every page of a search, and how many there were. */
  async function searchAll(sought: Sought, body: object, page: object = {}) {
    const results: SearchResult[] = []
    let [pages, token] = [0, '']
    do {
      const heard = await search(sought, { ...body, page: { ...page, ...(token ? { token } : {}) } })
      if (heard.status !== 200) throw new Error(`${heard.status} ${heard.reason}`)
      results.push(...heard.results)
      token = heard.page.next_token
      pages += 1
    } while (token)
    return { results, pages }
  }
  return { send, sendAll, search, searchAll }
}

/** A question about a grant, as `vault` or `tickets` would ask it. */
export const aboutGrant = (id: string, action = 'ticket:read', resource = `${SERVERS.tickets}/t/4711`) => ({
  subject: { type: 'grant', id },
  action: { name: action },
  resource: { type: 'resource', id: resource },
})
