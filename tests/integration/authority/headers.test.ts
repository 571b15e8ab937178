import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dpopNonces } from '@/lib/credentials/dpop-nonce'
import { database, pool } from '@/lib/data/database'
import { proofOf, SECRET, serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { aboutGrant, assertionOf, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

let withNonces: TestAuthority

withAuthority()
beforeAll(async () => {
  withNonces = await serveAuthority({ nonces: dpopNonces(SECRET) })
})
afterAll(async () => {
  await withNonces.close()
})

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const post = (path: string, form: Record<string, string>, at = authority) =>
  fetch(`${at.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) })

describe('every 401 names a scheme and says what was wrong', () => {
  test('at /oauth/introspect', async () => {
    const answer = await post('/oauth/introspect', { token: 'x' })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Basic realm=/),
    ])
  })

  test.each(['/oauth/token', '/oauth/revoke'])('at %s', async (path) => {
    const form = { grant_type: 'client_credentials', resource: authority.issuer, token: 'x' }
    for (const more of [{}, { client_assertion_type: JWT_BEARER, client_assertion: 'nonsense' }]) {
      const body = new URLSearchParams({ ...form, ...more })
      const headers = { dpop: await proofAt(path) }
      const answer = await fetch(`${authority.issuer}${path}`, { method: 'POST', headers, body })
      const { error, error_description } = await answer.json()
      expect([answer.status, error]).toEqual([401, 'invalid_client'])
      const said = `Bearer error="invalid_client", error_description="${error_description}"`
      expect(answer.headers.get('www-authenticate')).toBe(said)
    }
  })

  test.each(['/grants', '/access/v1/evaluation', '/access/v1/search/action'])('at %s', async (path) => {
    const method = path === '/grants' ? 'GET' : 'POST'
    const sent = { method, headers: { 'content-type': 'application/json' } }
    const answer = await fetch(
      `${authority.issuer}${path}`,
      method === 'GET' ? sent : { ...sent, body: '{}' },
    )
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^(DPoP|Bearer)/),
    ])
  })
})

test('the last header is heard, however many stand before it', async () => {
  const { hostname, port } = new URL(authority.issuer)
  const socket = connect(Number(port), hostname)
  const padding = 'a:\r\n'.repeat(2000)
  socket.end(
    `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${padding}X-Request-ID: the-last\r\n\r\n`,
  )
  expect(await text(socket)).toMatch(/^x-request-id: the-last\r$/im)
})

test('a nonce is given to who proves a key, and stands on nothing that may be kept', async () => {
  const nonceAt = async (path: string, sent: RequestInit = {}) =>
    (await fetch(`${withNonces.issuer}${path}`, sent)).headers.get('dpop-nonce')
  const { rows } = await pool().query<{ list: number }>('select list from grant_status limit 1')
  const open = [
    '/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server',
    '/.well-known/authzen-configuration',
    '/oauth/status',
    ...rows.map(({ list }) => `/oauth/status/${list}`),
  ]
  for (const path of open) expect([path, await nonceAt(path)]).toEqual([path, null])
  for (const path of ['/oauth/token', '/oauth/revoke', '/grants/G-1/children', '/grants/G-1/complete'])
    expect(await nonceAt(path, { method: 'POST' })).toMatch(/^[\w-]{43}$/)
  for (const path of ['/grants', '/grants/G-1/mandate']) expect(await nonceAt(path)).toMatch(/^[\w-]{43}$/)
})

test('a decision carries the name its asker gave the request; log and trail keep to the plain form', async () => {
  const { grantId } = await grantTask(world)
  const tickets = makeAsker(world, authority.issuer, 'tickets')
  const named = async (sent: string, path?: string) =>
    (
      await tickets.send(aboutGrant(grantId), {
        ...(path ? { path } : {}),
        headers: { 'x-request-id': sent },
      })
    ).headers.get('x-request-id')
  const odd = 'req/17:"a b"+{c}'
  expect(await named(odd)).toBe(odd)
  expect(await named('x'.repeat(256), '/access/v1/evaluations')).toBe('x'.repeat(256))
  expect(await named('x'.repeat(257))).toMatch(/^[0-9a-f-]{36}$/)
  const elsewhere = await fetch(`${authority.issuer}/healthz`, { headers: { 'x-request-id': odd } })
  expect(elsewhere.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  const kept = await database().trailEvent.findMany({ where: { type: 'decision.asked' } })
  expect(kept.length).toBeGreaterThanOrEqual(3)
  expect(JSON.stringify([kept.map(({ entry }) => entry), authority.lines])).not.toContain('req/17')
})

test('an answer that gives something is stored by nobody', async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const asTickets = async (extra: Record<string, string>) => ({
    ...{
      client_assertion_type: JWT_BEARER,
      client_assertion: await assertionOf(world, 'tickets', authority.issuer),
    },
    ...extra,
  })
  const tickets = makeAsker(world, authority.issuer, 'tickets')
  const evaluated = await tickets.send(aboutGrant(grantId))
  const answers = {
    introspection: await post('/oauth/introspect', await asTickets({ token: access_token })),
    grants: await agent.call('GET', '/grants'),
    mandate: await agent.call('GET', `/grants/${grantId}/mandate`),
    evaluation: evaluated,
    evaluations: await tickets.sendAll({ evaluations: [aboutGrant(grantId)] }),
    search: await tickets.send(
      { subject: { type: 'grant', id: grantId }, resource: aboutGrant(grantId).resource },
      { path: '/access/v1/search/action' },
    ),
    revocation: await revoked(access_token),
    token: await tokenAnswer(mandate),
  }
  for (const [name, { status, headers }] of Object.entries(answers))
    expect([name, status, headers.get('cache-control')]).toEqual([name, 200, 'no-store'])
})

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const JWT_SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'
const revoked = async (token: string) =>
  post('/oauth/revoke', { token, client_assertion_type: JWT_SPIFFE, client_assertion: await agent.svid() })

const proofAt = (path: string) => proofOf(agent.keys, 'POST', `${authority.issuer}${path}`)

async function tokenAnswer(mandate: string) {
  const headers = { dpop: await proofAt('/oauth/token') }
  const form = {
    ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', resource: SERVERS.tickets },
    ...{ subject_token: mandate, subject_token_type: JWT },
    ...{ actor_token: await agent.svid(), actor_token_type: JWT },
  }
  return fetch(`${authority.issuer}/oauth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })
}

test('a 503 says when to come back', async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  await pool().query('alter table trail_event add constraint none check (false) not valid')
  const away = await tokenAnswer(mandate)
  await pool().query('alter table trail_event drop constraint none')
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1'])
})

test('another method than an address takes is a 405 that names those it takes', async () => {
  const cases: [string, string, string][] = [
    ['GET', '/oauth/token', 'POST'],
    ['PUT', '/oauth/introspect', 'POST'],
    ['DELETE', '/grants', 'GET, HEAD'],
    ['PATCH', '/grants/G-1/steps', 'POST, GET, HEAD'],
    ['GET', '/access/v1/evaluation', 'POST'],
    ['POST', '/.well-known/jwks.json', 'GET, HEAD'],
    ['POST', '/oauth/status/1', 'GET, HEAD, OPTIONS'],
  ]
  for (const [method, path, allow] of cases) {
    const answer = await fetch(`${authority.issuer}${path}`, { method })
    const { reason } = await answer.json()
    expect([method, path, answer.status, reason, answer.headers.get('allow')]).toEqual([
      ...[method, path, 405, 'method_unknown', allow],
    ])
  }
  expect((await fetch(`${authority.issuer}/oauth/authorize`)).status).toBe(404)
  expect((await fetch(`${authority.issuer}/.well-known/jwks.json`, { method: 'HEAD' })).status).toBe(200)
})
