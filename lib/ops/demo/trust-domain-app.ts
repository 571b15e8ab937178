import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { importJWK, type JWK, SignJWT } from 'jose'
import { ENVIRONMENTS, TRUST_DOMAIN } from './catalogue'
import { isRecord } from './folder'
import type { KeyPair } from './world'

const LIFETIME_SECONDS = 300
const AGENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

type Ask = { audience: string; agent: string; environment: string }

/**
 * A stand-in for a SPIFFE Workload API. A real one attests the calling process before it names it; this one
 * believes whoever can open its socket, which is why the socket lies in a folder only this user may enter.
 */
export function createTrustDomainApp({ publicJwk, privateJwk }: KeyPair): Hono {
  const app = new Hono()
  app.use(bodyLimit({ maxSize: 4096 }))
  app.get('/bundle', (c) => c.json({ keys: [publicJwk], spiffe_sequence: 1, spiffe_refresh_hint: 300 }))
  app.post('/jwt-svid', async (c) => {
    const ask = readAsk(await c.req.json().catch(() => undefined))
    if (typeof ask === 'string') return c.json({ error: 'invalid_request', error_description: ask }, 400)
    c.header('Cache-Control', 'no-store')
    return c.json(await issueSvid(ask, privateJwk))
  })
  app.notFound((c) => c.json({ error: 'not_found', error_description: 'Ask POST /jwt-svid.' }, 404))
  return app
}

async function issueSvid(ask: Ask, privateJwk: JWK) {
  const spiffeId = `spiffe://${TRUST_DOMAIN}/env/${ask.environment}/agent/${ask.agent}`
  const issuedAt = Math.floor(Date.now() / 1000)
  const expiresAt = issuedAt + LIFETIME_SECONDS
  // The jti keeps two identities of the same second apart: each is pinned to the key that first used it.
  const svid = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...(privateJwk.kid ? { kid: privateJwk.kid } : {}) })
    .setSubject(spiffeId)
    .setAudience([ask.audience])
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(await importJWK(privateJwk, 'ES256'))
  return { spiffe_id: spiffeId, svid, expires_at: expiresAt }
}

function readAsk(body: unknown): Ask | string {
  if (!isRecord(body)) return 'Send a JSON object with audience, agent and environment.'
  const { audience, agent, environment } = body
  if (typeof audience !== 'string' || audience.length > 512 || !URL.canParse(audience)) {
    return 'audience must be the URL of the authority.'
  }
  if (typeof environment !== 'string' || !ENVIRONMENTS.includes(environment)) {
    return `environment must be one of ${ENVIRONMENTS.join(', ')}.`
  }
  if (typeof agent !== 'string' || !AGENT_NAME.test(agent)) {
    return 'agent must be a name of lower-case letters, digits and hyphens, 63 at most.'
  }
  return { audience, agent, environment }
}
