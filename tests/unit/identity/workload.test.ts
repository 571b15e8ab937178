import { constants, createHmac, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sha256 } from '@/lib/identity/digest'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import { verifyJwtSvid } from '@/lib/identity/workload'
import {
  ecPair,
  edPair,
  encode,
  forge,
  ISSUER,
  mutations,
  NOW,
  type Pair,
  rsaPair,
  T,
} from '../support/forge'

const DEMO = 'demo.example'
const SUB = `spiffe://${DEMO}/env/demo/agent/triage`
const pair = ecPair()
const other = ecPair()
const ed = edPair()

function bundleOf(...keys: readonly (readonly [string, Pair])[]) {
  const reading = parseSpiffeBundle({
    keys: keys.map(([kid, { publicJwk }]) => ({ ...publicJwk, kid, use: 'jwt-svid' })),
  })
  if (!reading.ok) throw new Error(reading.problem)
  return reading.bundle
}

const trustDomains = [
  { name: DEMO, bundle: bundleOf(['k1', pair], ['ed', ed]) },
  { name: 'other.example', bundle: bundleOf(['k1', other]) },
]
const header = { alg: 'ES256', typ: 'JWT', kid: 'k1' }
const claims = { sub: SUB, aud: [ISSUER], exp: T + 300, iat: T }
const svid = (over: object = {}, head: object = {}, key = pair) =>
  forge({ ...header, ...head }, { ...claims, ...over }, key.sign)
const ask = (jwt: string, seconds = 0) =>
  verifyJwtSvid(jwt, { trustDomains, issuer: ISSUER, now: new Date(NOW.getTime() + seconds * 1000) })

describe('verifyJwtSvid', () => {
  it('says who the workload is and where it runs', async () => {
    const jwt = svid()
    expect(await ask(jwt)).toEqual({
      ok: true,
      kind: 'jwt_svid',
      spiffeId: SUB,
      trustDomain: DEMO,
      path: '/env/demo/agent/triage',
      environment: 'demo',
      expiresAt: new Date((T + 300) * 1000),
      signingInputHash: sha256(jwt.slice(0, jwt.lastIndexOf('.'))),
    })
  })

  it.each([
    ['no typ', {}, { typ: undefined }],
    ['typ JOSE', {}, { typ: 'JOSE' }],
    ['no kid', {}, { kid: undefined }],
    ['aud as text', { aud: ISSUER }, {}],
    ['claims of its own', { foo: { bar: 1 }, jti: 'x' }, {}],
    ['another issuer', { iss: 'https://spire.example' }, {}],
  ])('takes one with %s', async (_, over, head) => {
    expect((await ask(svid(over, head))).ok).toBe(true)
  })

  it('takes ES384, RS256 and PS256', async () => {
    const rsa = rsaPair()
    const pss: Pair = {
      ...rsa,
      sign: (input) =>
        sign('sha256', input, {
          key: rsa.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        }),
    }
    const p384 = ecPair('P-384', 'sha384')
    const question = {
      trustDomains: [{ name: DEMO, bundle: bundleOf(['rsa', rsa], ['p384', p384]) }],
      issuer: ISSUER,
      now: NOW,
    }
    for (const [alg, kid, key] of [
      ['RS256', 'rsa', rsa],
      ['PS256', 'rsa', pss],
      ['ES384', 'p384', p384],
    ] as const)
      expect((await verifyJwtSvid(svid({}, { alg, kid }, key), question)).ok).toBe(true)
  })

  it.each([
    ['none', () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.AAAA`],
    [
      'HS256 with the public key',
      () =>
        forge({ ...header, alg: 'HS256' }, claims, (i) =>
          createHmac('sha256', JSON.stringify(pair.publicJwk)).update(i).digest(),
        ),
    ],
    ['EdDSA, which JWT-SVID does not list', () => svid({}, { alg: 'EdDSA', kid: 'ed' }, ed)],
    ['typ at+jwt', () => svid({}, { typ: 'at+jwt' })],
    ['typ mandate+jwt', () => svid({}, { typ: 'mandate+jwt' })],
    ['typ dpop+jwt', () => svid({}, { typ: 'dpop+jwt' })],
    ['crit', () => svid({}, { crit: ['exp'] })],
    ['jku', () => svid({}, { jku: 'https://evil.example' })],
    ['jwk', () => svid({}, { jwk: pair.publicJwk })],
    ['x5u', () => svid({}, { x5u: 'https://evil.example' })],
    ['x5c', () => svid({}, { x5c: ['AAAA'] })],
    ['b64', () => svid({}, { b64: true })],
    ['no sub', () => svid({ sub: undefined })],
    ['a sub that is no SPIFFE ID', () => svid({ sub: 'agent' })],
    ['a sub with a dot segment', () => svid({ sub: `spiffe://${DEMO}/env/demo/../prod/agent` })],
    ['no aud', () => svid({ aud: undefined })],
    ['no exp', () => svid({ exp: undefined })],
    ['exp as text', () => svid({ exp: String(T + 60) })],
    ['sub twice', () => forge(header, `${JSON.stringify(claims).slice(0, -1)},"sub":"${SUB}"}`, pair.sign)],
    ['17 KiB', () => svid({ pad: 'x'.repeat(17_000) })],
  ])('refuses %s as actor_malformed', async (_, make) => {
    expect(await ask(make())).toMatchObject({
      ok: false,
      reason: 'actor_malformed',
      error: 'invalid_request',
      status: 400,
    })
  })

  it.each([
    ['another trust domain’s key', () => svid({}, {}, other)],
    ['a sub of the other trust domain', () => svid({ sub: 'spiffe://other.example/env/demo/agent/triage' })],
    ['a trust domain nobody configured', () => svid({ sub: 'spiffe://nobody.example/agent' })],
    ['a subdomain', () => svid({ sub: `spiffe://x.${DEMO}/agent` })],
    ['an unknown kid', () => svid({}, { kid: 'k2' })],
    ['a kid that is a path', () => svid({}, { kid: '../../k1' })],
    ['an alg of another kind of key', () => svid({}, { alg: 'RS256' })],
    ['ourselves as issuer', () => svid({ iss: ISSUER })],
  ])('refuses %s as actor_untrusted', async (_, make) => {
    expect(await ask(make())).toMatchObject({ ok: false, reason: 'actor_untrusted' })
  })

  it.each([
    ['another audience', ['https://other.example']],
    ['a second audience', [ISSUER, 'https://other.example']],
    ['itself twice', [ISSUER, ISSUER]],
    ['nobody', []],
    ['the token endpoint', `${ISSUER}/oauth/token`],
    ['us with a slash', `${ISSUER}/`],
  ])('refuses %s as actor_audience', async (_, aud) => {
    expect(await ask(svid({ aud }))).toMatchObject({ ok: false, reason: 'actor_audience' })
  })

  it('tolerates 30 s and refuses 61 s, and what lives longer than a day', async () => {
    expect((await ask(svid(), 330)).ok).toBe(true)
    expect((await ask(svid({ nbf: T + 30 }))).ok).toBe(true)
    for (const [jwt, seconds] of [
      [svid(), 361],
      [svid({ nbf: T + 61 }), 0],
      [svid({ iat: T + 61 }), 0],
      [svid({ exp: T + 86_400 + 61 }), 0],
      [svid({ exp: 4102444800 }), 0],
      [svid({ exp: 1e300 }), 0],
      [svid({ exp: -1 }), 0],
    ] as const)
      expect(await ask(jwt, seconds)).toMatchObject({ ok: false, reason: 'actor_expired' })
  })

  it('keeps its hash however the signature is respelled', async () => {
    const jwt = svid()
    const again = svid()
    expect(again).not.toBe(jwt)
    const hash = async (text: string) => {
      const outcome = await ask(text)
      return outcome.ok ? outcome.signingInputHash : outcome.reason
    }
    expect(await hash(again)).toBe(await hash(jwt))
    expect(await hash(`${jwt}=`)).toBe('actor_malformed')
  })

  it('takes none of 1,500 texts with one byte changed', async () => {
    for (const text of mutations(svid(), 1500, 4)) if ((await ask(text)).ok) expect.fail(`accepted ${text}`)
  })
})

describe('a JWT-SVID that was verified a moment ago', () => {
  it('is asked again whom it is for and whether it still lasts', async () => {
    const jwt = svid({ iat: T - 100, exp: T - 20 })
    expect((await ask(jwt)).ok).toBe(true)
    const elsewhere = await verifyJwtSvid(jwt, { trustDomains, issuer: 'https://else.example', now: NOW })
    expect(elsewhere).toMatchObject({ ok: false, reason: 'actor_audience' })
    expect(await ask(jwt, 50)).toMatchObject({ ok: false, reason: 'actor_expired' })
    expect((await ask(jwt, 5)).ok).toBe(true)
  })

  it('is nothing to a configuration that does not believe its key', async () => {
    const jwt = svid()
    expect((await ask(jwt)).ok).toBe(true)
    const others = [{ name: DEMO, bundle: bundleOf(['k1', other]) }]
    const asked = await verifyJwtSvid(jwt, { trustDomains: others, issuer: ISSUER, now: NOW })
    expect(asked).toMatchObject({ ok: false, reason: 'actor_untrusted' })
  })

  it('does not lend its signature to other claims', async () => {
    const jwt = svid()
    expect((await ask(jwt)).ok).toBe(true)
    const [head, , signature] = jwt.split('.')
    const changed = `${head}.${encode({ ...claims, sub: `spiffe://${DEMO}/env/prod/agent/triage` })}.${signature}`
    expect(await ask(changed)).toMatchObject({ ok: false, reason: 'actor_untrusted' })
  })
})
