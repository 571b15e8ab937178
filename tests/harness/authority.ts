import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { exportJWK, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { authorityApp } from '@/lib/authority/app'
import type { LogLine } from '@/lib/authority/log'
import type { DpopNonces } from '@/lib/credentials/dpop-nonce'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { hearAllHeaders } from '@/lib/serve/hear-all-headers'
import { keepIdle } from '@/lib/serve/keep-idle'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { setup, svidOf, type TestWorld } from './world'

export const SECRET = 'a secret of tests, long enough for anybody'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'

/** The authority on a port of its own in this process, with what it logged. */
export async function serveAuthority(more: { nonces?: DpopNonces } = {}) {
  await ensureSigningKeys(SECRET, setup)
  const lines: LogLine[] = []
  const faults: unknown[] = []
  const log = {
    request: (line: LogLine) => lines.push(line),
    fault: (_reference: string, error: unknown) => faults.push(error),
  }
  const common = {
    secret: SECRET,
    demo: true,
    log,
    permit: webhookPermit({ egressPrivate: [], demo: true }),
    ...more,
  }
  let app = authorityApp({ issuer: 'http://127.0.0.1', ...common })
  const server = createAdaptorServer({ fetch: (request, env) => app.fetch(request, env) }) as Server
  keepIdle(server)
  hearAllHeaders(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app = authorityApp({ issuer, ...common })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { issuer, lines, faults, close }
}
export type TestAuthority = Awaited<ReturnType<typeof serveAuthority>>

export const INSECURE = { [oauth.allowInsecureRequests]: true }

export async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...INSECURE })
  return oauth.processDiscoveryResponse(url, response)
}

export type Where = { agent?: string; environment?: string; path?: string }

/** An agent that knows the standards and nothing of ours: its key, its workload identity, oauth4webapi. */
export async function makeAgent(world: Pick<TestWorld, 'domainKey'>, issuer: string, where: Where = {}) {
  const server = await discover(issuer)
  const keys = await oauth.generateKeyPair('ES256', { extractable: true })
  const dpop = oauth.DPoP({}, keys)
  const options = { ...INSECURE, DPoP: dpop }
  const svid = (more: Where = {}) => svidOf(world, issuer, { ...where, ...more })
  const client = { client_id: subjectOf(await svid()) }

  const spiffeAuth =
    (assertion: string): oauth.ClientAuth =>
    (_server, { client_id }, body) => {
      body.set('client_id', client_id)
      body.set('client_assertion_type', JWT_SPIFFE)
      body.set('client_assertion', assertion)
    }

  async function ownToken() {
    const auth = spiffeAuth(await svid())
    const parameters = { resource: issuer }
    const response = await oauth.clientCredentialsGrantRequest(server, client, auth, parameters, options)
    return (await oauth.processClientCredentialsResponse(server, client, response)).access_token
  }

  async function call(method: string, path: string, token?: string) {
    const url = new URL(`${issuer}${path}`)
    const bearer = token ?? (await ownToken())
    return oauth.protectedResourceRequest(bearer, method, url, new Headers(), null, options)
  }

  async function mandateOf(grantId: string): Promise<string> {
    const answer = await (await call('GET', `/grants/${grantId}/mandate`)).json()
    return String(answer.mandate)
  }

  /** The exchange with anything about it changed. */
  async function exchange(ask: {
    mandate: string
    resource: string
    svid?: string
    as?: 'actor' | 'client'
    more?: Record<string, string>
    dpop?: oauth.DPoPHandle
  }) {
    const assertion = ask.svid ?? (await svid())
    const isActor = ask.as !== 'client'
    const parameters = {
      ...{ subject_token: ask.mandate, subject_token_type: JWT, resource: ask.resource },
      ...(isActor ? { actor_token: assertion, actor_token_type: JWT } : {}),
      ...ask.more,
    }
    const auth = isActor ? oauth.None() : spiffeAuth(assertion)
    const sent = { ...INSECURE, DPoP: ask.dpop ?? dpop }
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      auth,
      TOKEN_EXCHANGE,
      parameters,
      sent,
    )
    return oauth.processGenericTokenEndpointResponse(server, client, response)
  }

  /** With a fresh workload JWT and no key, as any client of RFC 7009 does, unless told otherwise. */
  async function giveBack(token: string, by: { svid?: string; proof?: string } = {}) {
    const auth = spiffeAuth(by.svid ?? (await svid()))
    const options = { ...INSECURE, headers: by.proof ? { DPoP: by.proof } : {} }
    const response = await oauth.revocationRequest(server, client, auth, token, options)
    return oauth.processRevocationResponse(response)
  }

  return { server, client, keys, dpop, svid, ownToken, call, mandateOf, exchange, giveBack }
}
export type TestAgent = Awaited<ReturnType<typeof makeAgent>>

const subjectOf = (jwt: string): string =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()).sub

/** A DPoP proof (RFC 9449 §4.2) for a call whose parts are put together by hand. */
export async function proofOf(
  { privateKey, publicKey }: CryptoKeyPair,
  method: string,
  url: string,
  more: Record<string, string> = {},
) {
  return new SignJWT({ jti: crypto.randomUUID(), htm: method, htu: url, ...more })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey)
}

/** Asks about a token as one of the resource servers, with its registered key. */
export async function introspect(
  world: TestWorld,
  issuer: string,
  { as, identifier, token }: { as: 'tickets' | 'vault'; identifier: string; token: string },
) {
  const server = await discover(issuer)
  const client = { client_id: identifier }
  const { privateKey, kid } = world.serverKeys[as]
  const auth = oauth.PrivateKeyJwt({ key: privateKey, kid })
  const response = await oauth.introspectionRequest(server, client, auth, token, INSECURE)
  return oauth.processIntrospectionResponse(server, client, response)
}

/** What an agent is told when it is refused. */
export type Said = {
  status: number
  error: string
  reason?: string
  error_description?: string
  policies?: string[]
}

/** The refusal an act ends in. Fails when it was allowed. */
export async function refusalOf(act: Promise<unknown>): Promise<Said> {
  try {
    await act
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError)
      return { status: error.status, ...(error.cause as Omit<Said, 'status'>) }
    // Of a 401 the client reads the challenge, and leaves the body.
    if (error instanceof oauth.WWWAuthenticateChallengeError)
      return { status: error.status, ...(await error.response.json()) }
    // The client reads no body of a 5xx: RFC 6749 defines none.
    if (error instanceof oauth.OperationProcessingError && error.cause instanceof Response)
      return { status: error.cause.status, ...(await error.cause.json()) }
    throw error
  }
  throw new Error('It was allowed.')
}
