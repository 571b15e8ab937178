import { createHmac } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import {
  assertedClientId,
  clientAssertionMethod,
  verifyClientAssertion,
  verifySpiffeClientAssertion,
} from '@/lib/identity/client-assertion'
import { readPublicJwk } from '@/lib/identity/public-jwk'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import { ecPair, encode, forge, ISSUER, mutations, NOW, T } from '../support/forge'

const CLIENT = 'http://127.0.0.1:3012'
const pair = ecPair()
const keyOf = (value: unknown) => {
  const reading = readPublicJwk(value)
  if (!reading.ok) throw new Error(reading.problem)
  return reading.jwk
}
const keys = [keyOf({ ...pair.publicJwk, kid: 'k1', use: 'sig', alg: 'ES256' })]
const header = { alg: 'ES256', kid: 'k1' }
const claims = { iss: CLIENT, sub: CLIENT, aud: ISSUER, jti: 'j1', exp: T + 60, iat: T }
const assertion = (over: object = {}, head: object = {}, key = pair) =>
  forge({ ...header, ...head }, { ...claims, ...over }, key.sign)
const ask = (jwt: string, seconds = 0) =>
  verifyClientAssertion(jwt, {
    clientId: CLIENT,
    keys,
    issuer: ISSUER,
    now: new Date(NOW.getTime() + seconds * 1000),
  })

describe('clientAssertionMethod', () => {
  it('knows the two types and no other', () => {
    expect(clientAssertionMethod('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')).toBe(
      'private_key_jwt',
    )
    expect(clientAssertionMethod('urn:ietf:params:oauth:client-assertion-type:jwt-spiffe')).toBe('spiffe_jwt')
    for (const type of [
      '',
      'jwt-bearer',
      '__proto__',
      'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    ])
      expect(clientAssertionMethod(type)).toBeNull()
  })
})

describe('verifyClientAssertion', () => {
  it('says who the client is', async () => {
    expect(assertedClientId(assertion())).toBe(CLIENT)
    expect(await ask(assertion())).toMatchObject({
      ok: true,
      clientId: CLIENT,
      jti: 'j1',
      expiresAt: new Date((T + 60) * 1000),
    })
  })

  it('gives one replay key per client and jti', async () => {
    const replayKey = async (jwt: string) => {
      const outcome = await ask(jwt)
      if (!outcome.ok) throw new Error(outcome.description)
      return outcome.replayKey
    }
    const first = await replayKey(assertion())
    expect(await replayKey(assertion({ exp: T + 120 }))).toBe(first)
    expect(await replayKey(assertion({ jti: 'j2' }))).not.toBe(first)
  })

  it('takes what oauth4webapi makes', async () => {
    const made = await oauth.generateKeyPair('ES256')
    const body = new URLSearchParams()
    const as = { issuer: ISSUER }
    await oauth.PrivateKeyJwt({ key: made.privateKey, kid: 'k2' })(
      as,
      { client_id: CLIENT },
      body,
      new Headers(),
    )
    const jwk = keyOf({ ...(await crypto.subtle.exportKey('jwk', made.publicKey)), kid: 'k2' })
    expect(clientAssertionMethod(body.get('client_assertion_type') ?? '')).toBe('private_key_jwt')
    const outcome = await verifyClientAssertion(body.get('client_assertion') ?? '', {
      clientId: CLIENT,
      keys: [jwk],
      issuer: ISSUER,
      now: new Date(),
    })
    expect(outcome.ok).toBe(true)
  })

  it.each([
    ['none', 'assertion_malformed', () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.AAAA`],
    [
      'HS256 with the public key',
      'assertion_malformed',
      () =>
        forge({ ...header, alg: 'HS256' }, claims, (i) =>
          createHmac('sha256', JSON.stringify(pair.publicJwk)).update(i).digest(),
        ),
    ],
    ['a foreign typ', 'assertion_malformed', () => assertion({}, { typ: 'at+jwt' })],
    ['jku', 'assertion_malformed', () => assertion({}, { jku: 'https://evil.example' })],
    ['crit', 'assertion_malformed', () => assertion({}, { crit: ['exp'] })],
    ['no jti', 'assertion_malformed', () => assertion({ jti: undefined })],
    ['no exp', 'assertion_malformed', () => assertion({ exp: undefined })],
    ['another iss', 'assertion_malformed', () => assertion({ iss: 'http://127.0.0.1:3013' })],
    ['another sub', 'assertion_malformed', () => assertion({ sub: 'http://127.0.0.1:3013' })],
    [
      'iss twice',
      'assertion_malformed',
      () => forge(header, `${JSON.stringify(claims).slice(0, -1)},"iss":"${CLIENT}"}`, pair.sign),
    ],
    ['another key', 'client_untrusted', () => assertion({}, {}, ecPair())],
    ['an unknown kid', 'client_untrusted', () => assertion({}, { kid: 'k9' })],
    ['an alg the key is not for', 'client_untrusted', () => assertion({}, { alg: 'ES384' })],
    [
      'the token endpoint as audience',
      'assertion_audience',
      () => assertion({ aud: `${ISSUER}/oauth/token` }),
    ],
    [
      'the introspection endpoint as audience',
      'assertion_audience',
      () => assertion({ aud: `${ISSUER}/oauth/introspect` }),
    ],
    [
      'issuer and endpoint as audience',
      'assertion_audience',
      () => assertion({ aud: [ISSUER, `${ISSUER}/oauth/token`] }),
    ],
    ['10 minutes of life', 'assertion_expired', () => assertion({ exp: T + 600 })],
    ['exp in 2100', 'assertion_expired', () => assertion({ exp: 4102444800 })],
    ['nbf ahead', 'assertion_expired', () => assertion({ nbf: T + 61 })],
  ])('refuses %s as %s', async (_, reason, make) => {
    expect(await ask(make())).toMatchObject({ ok: false, reason, error: 'invalid_client', status: 401 })
  })

  it('tolerates 30 s and refuses 61 s', async () => {
    expect((await ask(assertion(), 90)).ok).toBe(true)
    expect((await ask(assertion({ exp: T + 330 }))).ok).toBe(true)
    expect(await ask(assertion(), 121)).toMatchObject({ reason: 'assertion_expired' })
    expect(await ask(assertion({ exp: T + 361 }))).toMatchObject({ reason: 'assertion_expired' })
  })

  it('takes none of 1,000 texts with one byte changed', async () => {
    for (const text of mutations(assertion(), 1000, 5))
      if ((await ask(text)).ok) expect.fail(`accepted ${text}`)
  })
})

describe('verifySpiffeClientAssertion', () => {
  const reading = parseSpiffeBundle({ keys: [{ ...pair.publicJwk, kid: 'k1', use: 'jwt-svid' }] })
  if (!reading.ok) throw new Error(reading.problem)
  const question = {
    trustDomains: [{ name: 'demo.example', bundle: reading.bundle }],
    issuer: ISSUER,
    now: NOW,
  }
  const svid = { sub: 'spiffe://demo.example/env/demo/agent/a', aud: ISSUER, exp: T + 60 }

  it('takes a JWT-SVID', async () => {
    expect(await verifySpiffeClientAssertion(forge(header, svid, pair.sign), question)).toMatchObject({
      ok: true,
      spiffeId: svid.sub,
    })
  })

  it.each([
    ['client_untrusted', forge(header, svid, ecPair().sign)],
    ['assertion_malformed', forge(header, { ...svid, sub: 'agent' }, pair.sign)],
    ['assertion_audience', forge(header, { ...svid, aud: 'https://x.example' }, pair.sign)],
    ['assertion_expired', forge(header, { ...svid, exp: T - 61 }, pair.sign)],
  ])('refuses as %s with 401', async (reason, jwt) => {
    expect(await verifySpiffeClientAssertion(jwt, question)).toMatchObject({
      ok: false,
      reason,
      error: 'invalid_client',
      status: 401,
    })
  })
})
