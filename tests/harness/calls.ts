import { createHash, KeyObject, sign } from 'node:crypto'
import { authorityApp } from '@/lib/authority/app'
import type { Log } from '@/lib/authority/log'
import type { Rates } from '@/lib/authority/rates'
import { loadSigningKey } from '@/lib/credentials/keys'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import type { JsonObject } from '@/lib/domain/json'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { ecPair, forge } from '@/tests/unit/support/forge'
import { SECRET } from './authority'
import { SERVERS, setup, type TestWorld, TRUST_DOMAIN } from './world'

/** The authority without a port: what arrives is exactly what a test makes. */
export const ISSUER = 'https://authority.example'
export const JWT = 'urn:ietf:params:oauth:token-type:jwt'
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
export const JWT_SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'
export const PATHS = { token: '/oauth/token', introspect: '/oauth/introspect', revoke: '/oauth/revoke' }

export type Sent = {
  method?: string
  path?: string
  form?: Readonly<Record<string, string>>
  body?: string
  headers?: Readonly<Record<string, string>>
  address?: string
}
export type Heard = { status: number; headers: Headers; text: string; json: Record<string, unknown> }

type App = Pick<ReturnType<typeof authorityApp>, 'fetch'>

export function appOf(
  make: typeof authorityApp = authorityApp,
  more: { rates?: Rates; log?: Log } = {},
): App {
  const log = more.log ?? { request: () => {}, fault: () => {} }
  return make({ issuer: ISSUER, secret: SECRET, demo: false, log, rates: more.rates })
}

/** Sends to an authority in this process, from any address. */
export async function ask(app: App, sent: Sent): Promise<Heard> {
  const { method = 'POST', path = PATHS.token, form, headers = {}, address = '192.0.2.1' } = sent
  const body = form ? new URLSearchParams(form).toString() : (sent.body ?? null)
  const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
  const request = new Request(`${ISSUER}${path}`, { method, body, headers: { ...type, ...headers } })
  const response = await app.fetch(request, { incoming: { socket: { remoteAddress: address } } })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}

const seconds = () => Math.floor(Date.now() / 1000)
const signerOf = (key: CryptoKey) => (input: Buffer) =>
  sign('sha256', input, { key: KeyObject.from(key), dsaEncoding: 'ieee-p1363' })

/** Everything anybody sends, as header, claims and signer, so that any part of it can be made wrong. */
export async function makers(world: TestWorld) {
  await ensureSigningKeys(SECRET, setup)
  const stored = await findActiveSigningKey()
  if (!stored) throw new Error('There is no signing key.')
  const own = loadSigningKey(stored, SECRET)
  const ownSign = (input: Buffer) => Buffer.from(own.sign(input.toString()), 'base64url')
  const agentKey = ecPair()
  const identity = `spiffe://${TRUST_DOMAIN}/env/staging/agent/triage`

  const svid = (over: object = {}) => ({
    header: { alg: 'ES256', typ: 'JWT', kid: world.domainKey.kid },
    claims: {
      sub: identity,
      aud: ISSUER,
      iat: seconds(),
      exp: seconds() + 300,
      jti: crypto.randomUUID(),
      ...over,
    },
    pair: {
      publicJwk: world.domainKey.publicJwk as Record<string, string>,
      sign: signerOf(world.domainKey.privateKey),
    },
  })
  const assertion = (over: object = {}) => ({
    header: { alg: 'ES256', typ: 'JWT', kid: world.serverKeys.tickets.kid },
    claims: {
      ...{ iss: SERVERS.tickets, sub: SERVERS.tickets, aud: ISSUER, jti: crypto.randomUUID() },
      ...{ iat: seconds(), exp: seconds() + 60, ...over },
    },
    pair: {
      publicJwk: world.serverKeys.tickets.publicJwk as Record<string, string>,
      sign: signerOf(world.serverKeys.tickets.privateKey),
    },
  })
  const proof = (path = PATHS.token, over: object = {}, token?: string, method = 'POST') => ({
    header: { typ: 'dpop+jwt', alg: 'ES256', jwk: agentKey.publicJwk },
    claims: {
      ...{ jti: crypto.randomUUID(), htm: method, htu: `${ISSUER}${path}`, iat: seconds() },
      ...(token ? { ath: createHash('sha256').update(token).digest('base64url') } : {}),
      ...over,
    },
    pair: agentKey,
  })
  const ownJwt = (typ: string, claims: JsonObject) => ({
    header: { typ, alg: 'ES256', kid: stored.kid },
    claims,
    pair: { publicJwk: stored.publicJwk as Record<string, string>, sign: ownSign },
  })
  return { svid, assertion, proof, ownJwt, identity, seconds }
}

/** A made JWT as text. */
export const textOf = ({
  header,
  claims,
  pair,
}: {
  header: unknown
  claims: unknown
  pair: { sign: (input: Buffer) => Buffer }
}): string => forge(header, claims, pair.sign)
