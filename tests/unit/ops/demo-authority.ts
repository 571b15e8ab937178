import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'

/** A small issuer for tests of the demo's strangers. It is no authority: it checks only what they rely on. */
export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>

export type Listener = { url: string; close: () => Promise<void> }

export async function listen(fetch: (request: Request) => Response | Promise<Response>): Promise<Listener> {
  const server: Server = createServer(getRequestListener(fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, close }
}

export type TestGrant = {
  id: string
  state: 'live' | 'completed' | 'revoked'
  environment: string
  goal: string
  items: readonly { resource: string; type: string; action: string; location: string }[]
}

export async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'test', use: 'sig', alg: 'ES256' }
  const app = new Hono()
  const listener = await listen((request) => app.fetch(request))
  const issuer = listener.url
  const clients = new Map<string, JWK>()
  const dead = new Set<string>()
  const introspected: string[] = []
  /** What was asked before a call was answered, and what is said no to from now on. */
  const decided: { action: string; resource: string; grant: string }[] = []
  const refusals = new Map<string, string>()
  const state: { grant?: TestGrant; bundle?: JWK[]; exchanges: number; revokeAfter?: number } = {
    exchanges: 0,
  }

  const sign = (claims: Record<string, unknown>, { typ = 'at+jwt', key = privateKey } = {}) =>
    new SignJWT({ iss: issuer, jti: crypto.randomUUID(), iat: seconds(), exp: seconds() + 300, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ, kid: 'test' })
      .sign(key)

  const authenticated = async (form: URLSearchParams) => {
    const jwk = clients.get(form.get('client_id') ?? '')
    if (!jwk) return false
    const key = await importJWK(jwk, 'ES256')
    const options = { audience: issuer, issuer: form.get('client_id') ?? '' }
    return jwtVerify(form.get('client_assertion') ?? '', key, options).then(
      () => true,
      () => false,
    )
  }

  app.get('/.well-known/oauth-authorization-server', (c) =>
    c.json({
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      introspection_endpoint: `${issuer}/oauth/introspect`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: [],
    }),
  )
  app.get('/jwks', (c) => c.json({ keys: [publicJwk] }))
  app.post('/oauth/introspect', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    if (!(await authenticated(form))) return c.json({ error: 'invalid_client' }, 401)
    const token = form.get('token') ?? ''
    introspected.push(token)
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        typ: 'at+jwt',
        audience: form.get('client_id') ?? '',
      })
      const over = payload.grant_id === state.grant?.id && state.grant?.state !== 'live'
      return c.json(
        over || dead.has(token) ? { active: false } : { active: true, token_type: 'DPoP', ...payload },
      )
    } catch {
      return c.json({ active: false })
    }
  })

  app.get('/.well-known/authzen-configuration', (c) =>
    c.json({ policy_decision_point: issuer, access_evaluation_endpoint: `${issuer}/access/v1/evaluation` }),
  )
  app.post('/access/v1/evaluation', async (c) => {
    const assertion = (c.req.header('authorization') ?? '').replace('Bearer ', '')
    const client = String(decodeJwt(assertion).iss)
    const form = new URLSearchParams({ client_id: client, client_assertion: assertion })
    if (!(await authenticated(form))) return c.json({ error: 'invalid_client' }, 401)
    const { subject, action, resource } = await c.req.json()
    decided.push({ action: action.name, resource: resource.id, grant: subject.id })
    const says = refusals.get(subject.id)
    return c.json({ decision: says === undefined, context: { says: says === undefined ? [] : [says] } })
  })

  const refuse = (error: string, reason: string, words: string) =>
    Response.json({ error, reason, error_description: words }, { status: 400 })

  app.post('/oauth/token', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const jkt = await calculateJwkThumbprint(decodeProtectedHeader(c.req.header('dpop') ?? '').jwk ?? {})
    const assertion = form.get('actor_token') ?? form.get('client_assertion') ?? ''
    const { payload } = await jwtVerify(assertion, createLocalJWKSet({ keys: state.bundle ?? [] }), {
      audience: issuer,
    })
    const agent = String(payload.sub)
    if (form.get('client_id') !== agent) return refuse('invalid_client', 'client_mismatch', 'No.')
    const common = { sub: 'human', client_id: agent, cnf: { jkt }, act: { sub: agent } }
    const answer = (access_token: string, more = {}) =>
      Response.json({ access_token, token_type: 'DPoP', expires_in: 300, ...more })
    if (form.get('grant_type') === 'client_credentials') return answer(await sign({ ...common, aud: issuer }))

    const { grant } = state
    state.exchanges += 1
    if (grant && state.revokeAfter && state.exchanges > state.revokeAfter) grant.state = 'revoked'
    if (!grant || decodeJwt(form.get('subject_token') ?? '').grant_id !== grant.id) {
      return refuse('invalid_request', 'mandate_malformed', 'The mandate is not known here.')
    }
    if (grant.state !== 'live')
      return refuse('invalid_request', `grant_${grant.state}`, `The grant is ${grant.state}.`)
    if (!agent.includes(`/env/${grant.environment}/`)) {
      return refuse(
        'invalid_request',
        'environment_mismatch',
        `This task may run in ${grant.environment} only.`,
      )
    }
    const items = grant.items.filter(({ resource }) => resource === form.get('resource'))
    const asked = form.get('scope')
    if (asked && !items.some(({ action }) => action === asked)) {
      return refuse('invalid_scope', 'scope_not_granted', `${asked} is not in the grant.`)
    }
    const authorization_details = items.map(({ type, action, location }) => ({
      type,
      actions: [action],
      locations: [location],
    }))
    const scope = items.map(({ action }) => action).join(' ')
    const more = { scope, authorization_details }
    return answer(await sign({ ...common, ...more, aud: form.get('resource'), grant_id: grant.id }), more)
  })

  app.get('/grants', (c) => {
    const { grant } = state
    if (!grant) return c.json({ grants: [] })
    const { items, ...rest } = grant
    const resources = items.map(({ resource, type, action, location }) => ({
      resource,
      type,
      scope: action,
      authorization_details: [{ type, actions: [action], locations: [location], datatypes: [] }],
    }))
    return c.json({ grants: [{ ...rest, request: 'R-1', expires_at: '2030-01-01T00:00:00Z', resources }] })
  })
  app.get('/grants/:id/mandate', async (c) =>
    c.json({ mandate: await sign({ aud: issuer, grant_id: c.req.param('id') }, { typ: 'mandate+jwt' }) }),
  )
  app.post('/grants/:id/complete', (c) => {
    if (state.grant) state.grant.state = 'completed'
    return c.json({ state: 'completed' })
  })

  return { issuer, sign, clients, dead, introspected, decided, refusals, state, close: listener.close }
}

/** A key of an agent, and proofs made with it. */
export async function makeAgentKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const prove = async (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ jti: crypto.randomUUID(), iat: seconds(), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
      .sign(privateKey)
  return { jkt: await calculateJwkThumbprint(jwk), privateJwk: await exportJWK(privateKey), prove }
}

export async function athOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return Buffer.from(digest).toString('base64url')
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
