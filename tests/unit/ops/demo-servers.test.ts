import type { Hono } from 'hono'
import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CATALOGUE, identifierOf, type ServerName } from '@/lib/ops/demo/catalogue'
import { createServerApp } from '@/lib/ops/demo/server-app'
import { athOf, makeAgentKey, seconds, startIssuer, type TestIssuer } from './demo-authority'

const AGENT = 'spiffe://demo.countersign.example/env/staging/agent/refund-triage'
const PORT_BASE = 3911

type AgentKey = Awaited<ReturnType<typeof makeAgentKey>>
let issuer: TestIssuer
let agent: AgentKey

beforeAll(async () => {
  issuer = await startIssuer()
  agent = await makeAgentKey()
})
afterAll(() => issuer.close())

async function open(server: ServerName, at = issuer.issuer) {
  const identifier = identifierOf(server, PORT_BASE)
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = async (key: CryptoKey) => ({ ...(await crypto.subtle.exportKey('jwk', key)), kid: 'c' })
  const { kty, crv, x, y } = await jwk(publicKey)
  issuer.clients.set(identifier, { kty, crv, x, y } as Record<string, string> & { kty: string })
  const own = await jwk(privateKey)
  const clientJwk = { kty: 'EC', crv: 'P-256', x: own.x, y: own.y, d: own.d, kid: 'c' } as { kty: string }
  return { app: await createServerApp({ server, identifier, issuer: at, clientJwk }), identifier, server }
}

type Opened = Awaited<ReturnType<typeof open>>
const FIRST = { tickets: 0, vault: 0, refunds: 0 } as const

function claimsFor({ identifier, server }: Opened, more: Record<string, unknown> = {}) {
  const { type, scopes } = CATALOGUE[server]
  const scope = scopes[FIRST[server]]
  return {
    aud: identifier,
    sub: 'human',
    client_id: AGENT,
    act: { sub: AGENT },
    cnf: { jkt: agent.jkt },
    grant_id: 'g-1',
    scope: scope?.action,
    authorization_details: [
      { type, actions: [scope?.action], locations: [`${identifier}${scope?.path}`], datatypes: [] },
    ],
    ...more,
  }
}

type CallOptions = {
  token: string
  method?: string
  path: string
  proof?: string | null
  scheme?: string
  url?: string
}

async function call({ app, identifier }: Opened, options: CallOptions): Promise<Response> {
  const { token, method = 'GET', path, scheme = 'DPoP' } = options
  const url = `${identifier}${path}`
  const proof = options.proof ?? (await agent.prove({ htm: method, htu: url, ath: await athOf(token) }))
  const headers = new Headers({ authorization: `${scheme} ${token}` })
  if (options.proof !== null) headers.set('dpop', proof)
  return app.fetch(new Request(options.url ?? url, { method, headers }))
}

type Calls = { counts: Record<string, number>; calls: { outcome: string; why: string; path: string }[] }
const callsOf = async (app: Hono, identifier: string): Promise<Calls> =>
  (await app.fetch(new Request(`${identifier}/calls`))).json() as Promise<Calls>

async function expectRefused(opened: Opened, response: Response, status: number, why: string) {
  expect(response.status).toBe(status)
  const body = (await response.json()) as { error_description: string }
  expect(body.error_description).toContain(why)
  const { calls } = await callsOf(opened.app, opened.identifier)
  expect(calls[0]).toMatchObject({ outcome: 'refused', status, why: body.error_description })
  return response.headers.get('www-authenticate') ?? ''
}

const FIRST_CALL: Record<ServerName, { method: string; path: string }> = {
  tickets: { method: 'GET', path: '/t/4711' },
  vault: { method: 'GET', path: '/s/billing-readonly' },
  refunds: { method: 'POST', path: '/v1/refunds/preview' },
}

describe.each(['tickets', 'vault', 'refunds'] as const)('the demo server %s', (name) => {
  let opened: Opened
  const first = FIRST_CALL[name]
  beforeEach(async () => {
    opened = await open(name)
  })
  const token = (more: Record<string, unknown> = {}, options = {}) =>
    issuer.sign(claimsFor(opened, more), options)

  it('allows what the token lists, bound to the key', async () => {
    const response = await call(opened, { ...first, token: await token() })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { counts, calls } = await callsOf(opened.app, opened.identifier)
    expect(counts).toEqual({ received: 1, allowed: 1, refused: 0 })
    expect(calls[0]).toMatchObject({ outcome: 'allowed', agent: AGENT, grant_id: 'g-1', path: first.path })
  })

  it('refuses a call without a token', async () => {
    const response = await opened.app.fetch(
      new Request(`${opened.identifier}${first.path}`, { method: first.method }),
    )
    const challenge = await expectRefused(opened, response, 401, 'carries no token')
    expect(challenge).toMatch(/^DPoP algs="ES256/)
  })

  it('refuses a token of another scope', async () => {
    const response = await call(opened, { ...first, token: await token({ scope: 'other:thing' }) })
    const challenge = await expectRefused(opened, response, 403, 'does not list')
    expect(challenge).toContain('error="insufficient_scope"')
  })

  it('refuses a token that lists another resource', async () => {
    const [item] = claimsFor(opened).authorization_details
    const details = [{ ...item, locations: [`${opened.identifier}/elsewhere`] }]
    const response = await call(opened, { ...first, token: await token({ authorization_details: details }) })
    await expectRefused(opened, response, 403, 'does not list')
  })

  it('refuses a token whose details are missing or of another type', async () => {
    const [item] = claimsFor(opened).authorization_details
    for (const details of [undefined, 'all', [{ ...item, type: 'other' }], [null]]) {
      const response = await call(opened, {
        ...first,
        token: await token({ authorization_details: details }),
      })
      await expectRefused(opened, response, 403, 'does not list')
    }
  })

  it('refuses without a proof, and as bearer', async () => {
    const none = await call(opened, { ...first, token: await token(), proof: null })
    expect(await expectRefused(opened, none, 401, 'no DPoP proof')).toContain('error="invalid_dpop_proof"')
    const bearer = await call(opened, { ...first, token: await token(), scheme: 'Bearer' })
    expect(await expectRefused(opened, bearer, 401, 'sent as DPoP')).toContain('error="invalid_token"')
  })

  it('refuses a stolen token used with another key', async () => {
    const thief = await makeAgentKey()
    const stolen = await token()
    const htu = `${opened.identifier}${first.path}`
    const proof = await thief.prove({ htm: first.method, htu, ath: await athOf(stolen) })
    const response = await call(opened, { ...first, token: stolen, proof })
    expect(await expectRefused(opened, response, 401, 'another key')).toContain('error="invalid_token"')
  })

  it('refuses a proof used before', async () => {
    const one = await token()
    const htu = `${opened.identifier}${first.path}`
    const proof = await agent.prove({ htm: first.method, htu, ath: await athOf(one) })
    expect((await call(opened, { ...first, token: one, proof })).status).toBe(200)
    const again = await call(opened, { ...first, token: one, proof })
    expect(await expectRefused(opened, again, 401, 'used before')).toContain('error="invalid_dpop_proof"')
  })

  it('refuses proofs that are for something else', async () => {
    const one = await token()
    const right = { htm: first.method, htu: `${opened.identifier}${first.path}`, ath: await athOf(one) }
    const wrong: [Record<string, unknown>, string, Record<string, unknown>?][] = [
      [{ htm: 'PATCH' }, 'another method'],
      [{ htu: `${opened.identifier}/other` }, 'another URL'],
      [{ htu: `http://evil.example${first.path}` }, 'another URL'],
      [{ ath: await athOf('another') }, 'another token'],
      [{ iat: seconds() - 61 }, 'this minute'],
      [{ iat: seconds() + 62 }, 'this minute'],
      [{ jti: '' }, 'jti'],
      [{}, 'not valid', { typ: 'JWT' }],
      [{}, 'not valid', { jwk: agent.privateJwk }],
    ]
    for (const [claims, why, header] of wrong) {
      const proof = await agent.prove({ ...right, ...claims }, header)
      const response = await call(opened, { ...first, token: one, proof })
      await expectRefused(opened, response, 401, why)
    }
    const two = `${await agent.prove(right)}, ${await agent.prove(right)}`
    await expectRefused(opened, await call(opened, { ...first, token: one, proof: two }), 401, 'not valid')
  })

  it('compares the proof with its own identifier, never with Host', async () => {
    const one = await token()
    const htu = `http://localhost:9${first.path}`
    const proof = await agent.prove({ htm: first.method, htu, ath: await athOf(one) })
    const response = await call(opened, { ...first, token: one, proof, url: htu })
    await expectRefused(opened, response, 401, 'another URL')
  })

  it('refuses an expired token and one for another server', async () => {
    const old = await token({ iat: seconds() - 310, exp: seconds() - 10 })
    const offline = CATALOGUE[name].check === 'offline'
    await expectRefused(
      opened,
      await call(opened, { ...first, token: old }),
      401,
      offline ? 'expired' : 'not active',
    )
    const other = await token({ aud: 'http://127.0.0.1:9' })
    const words = offline ? 'another resource server' : 'not active'
    await expectRefused(opened, await call(opened, { ...first, token: other }), 401, words)
  })

  it('refuses what is not an access token of its issuer', async () => {
    const mandate = await token({}, { typ: 'mandate+jwt' })
    expect((await call(opened, { ...first, token: mandate })).status).toBe(401)
    const forged = await token({}, { key: (await generateKeyPair('ES256')).privateKey })
    expect((await call(opened, { ...first, token: forged })).status).toBe(401)
    expect((await call(opened, { ...first, token: 'not-a-token' })).status).toBe(401)
  })

  it('refuses with 503 while the authority is away, and says so on its page', async () => {
    const alone = await open(name, 'http://127.0.0.1:9')
    const response = await call(alone, { ...first, token: await token() })
    await expectRefused(alone, response, 503, 'The authority did not answer.')
    expect(response.headers.get('retry-after')).toBe('2')
  })

  it('lists calls on its page, newest first, escaped, without scripts or secrets', async () => {
    await call(opened, { ...first, token: await token() })
    await call(opened, {
      ...first,
      token: await token({ act: { sub: '<script>x</script>' }, scope: 'none' }),
    })
    const response = await opened.app.fetch(new Request(`${opened.identifier}/`))
    const page = await response.text()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.indexOf('✕ refused')).toBeLessThan(page.indexOf('✓ allowed'))
    expect(page).toContain('does not list')
    expect(page).toContain('Times are UTC')
    expect(page).not.toContain('<script')
  })

  it('keeps 50 calls and counts all', async () => {
    for (let i = 0; i < 52; i++) {
      await opened.app.fetch(new Request(`${opened.identifier}${first.path}`, { method: first.method }))
    }
    const { counts, calls } = await callsOf(opened.app, opened.identifier)
    expect(counts).toEqual({ received: 52, allowed: 0, refused: 52 })
    expect(calls).toHaveLength(50)
  })

  it('does not answer under a foreign name', async () => {
    expect((await opened.app.fetch(new Request('http://evil.example/calls'))).status).toBe(421)
  })
})

describe('what is particular to each', () => {
  const details = (opened: Opened, action: string, path: string) => ({
    scope: action,
    authorization_details: [
      { type: CATALOGUE[opened.server].type, actions: [action], locations: [`${opened.identifier}${path}`] },
    ],
  })

  it('tickets: reading does not delete, commenting needs its own scope', async () => {
    const opened = await open('tickets')
    const read = await issuer.sign(claimsFor(opened))
    expect((await call(opened, { token: read, method: 'DELETE', path: '/t/4711' })).status).toBe(403)
    expect((await call(opened, { token: read, path: '/t/4712' })).status).toBe(403)
    expect((await call(opened, { token: read, path: '/t/4711%3Fx' })).status).toBe(403)
    const comment = await issuer.sign(claimsFor(opened, details(opened, 'ticket:comment', '/t/4711')))
    const path = '/t/4711/comments'
    const htu = `${opened.identifier}${path}`
    const proof = await agent.prove({ htm: 'POST', htu, ath: await athOf(comment) })
    const headers = { authorization: `DPoP ${comment}`, dpop: proof, 'content-type': 'application/json' }
    const body = JSON.stringify({ text: 'Seen.' })
    expect((await opened.app.fetch(new Request(htu, { method: 'POST', headers, body }))).status).toBe(201)
    expect((await call(opened, { token: read, method: 'POST', path })).status).toBe(403)
  })

  it('tickets: never asks about a call; the vault asks about each and stops at once', async () => {
    const tickets = await open('tickets')
    const vault = await open('vault')
    const before = issuer.introspected.length
    expect(
      (await call(tickets, { token: await issuer.sign(claimsFor(tickets)), path: '/t/4711' })).status,
    ).toBe(200)
    expect(issuer.introspected).toHaveLength(before)
    const token = await issuer.sign(claimsFor(vault))
    const path = '/s/billing-readonly'
    expect((await call(vault, { token, path })).status).toBe(200)
    expect((await call(vault, { token, path })).status).toBe(200)
    issuer.dead.add(token)
    await expectRefused(vault, await call(vault, { token, path }), 401, 'not active')
    expect(issuer.introspected).toHaveLength(before + 3)
  })

  it.each(['vault', 'refunds'] as const)(
    '%s: asks for a decision about each call, and says why not',
    async (name) => {
      const opened = await open(name)
      const grant_id = `g-${name}`
      const token = await issuer.sign(claimsFor(opened, { grant_id }))
      expect((await call(opened, { ...FIRST_CALL[name], token })).status).toBe(200)
      const [scope] = CATALOGUE[name].scopes
      expect(issuer.decided.at(-1)).toEqual({
        ...{ action: scope?.action, resource: `${opened.identifier}${scope?.path}`, grant: grant_id },
      })
      issuer.refusals.set(grant_id, 'All uses of the grant are spent.')
      const again = await call(opened, { ...FIRST_CALL[name], token })
      const challenge = await expectRefused(opened, again, 403, 'All uses of the grant are spent.')
      expect(challenge).toContain('error="access_denied"')
      const page = await (await opened.app.fetch(new Request(`${opened.identifier}/`))).text()
      expect(page).toContain('All uses of the grant are spent.')
    },
  )

  it('tickets: asks for no decision', async () => {
    const tickets = await open('tickets')
    const before = issuer.decided.length
    await call(tickets, { ...FIRST_CALL.tickets, token: await issuer.sign(claimsFor(tickets)) })
    expect(issuer.decided).toHaveLength(before)
  })

  it('vault: rotates without telling the value, and never shows one on its page', async () => {
    const opened = await open('vault')
    const read = await call(opened, {
      token: await issuer.sign(claimsFor(opened)),
      path: '/s/billing-readonly',
    })
    const { value } = (await read.json()) as { value: string }
    expect(value).toHaveLength(32)
    const claims = claimsFor(opened, details(opened, 'secret:rotate', '/s/payments-signing'))
    const token = await issuer.sign(claims)
    const rotated = await call(opened, { token, method: 'POST', path: '/s/payments-signing/rotate' })
    expect(await rotated.json()).toMatchObject({ name: 'payments-signing', version: 2 })
    expect((await call(opened, { token, path: '/s/payments-signing' })).status).toBe(403)
    for (const path of ['/', '/calls']) {
      const shown = await (await opened.app.fetch(new Request(`${opened.identifier}${path}`))).text()
      expect(shown).not.toContain(value)
      expect(shown).not.toContain(token)
    }
  })

  it('vault: a key the authority does not know is a 503, not a yes', async () => {
    const opened = await open('vault')
    issuer.clients.delete(opened.identifier)
    const token = await issuer.sign(claimsFor(opened))
    const response = await call(opened, { token, path: '/s/billing-readonly' })
    await expectRefused(opened, response, 503, 'does not accept the key')
  })

  it('refunds: previews an amount and pays nothing', async () => {
    const opened = await open('refunds')
    const token = await issuer.sign(claimsFor(opened))
    const preview = await call(opened, { token, method: 'POST', path: '/v1/refunds/preview' })
    expect(await preview.json()).toMatchObject({ amount: '48.90', paid_back: false })
    expect((await call(opened, { token, method: 'POST', path: '/v1/refunds' })).status).toBe(403)
  })
})
