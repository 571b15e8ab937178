import { createHmac } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { sha256 } from '@/lib/identity/digest'
import { type DpopQuestion, verifyDpopProof } from '@/lib/identity/dpop'
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

const URL_ = `${ISSUER}/oauth/token`
const pair = ecPair()
const header = (key: Pair = pair, alg = 'ES256') => ({ typ: 'dpop+jwt', alg, jwk: key.publicJwk })
const claims = { jti: 'jti-1', htm: 'POST', htu: URL_, iat: T }
const proofOf = (over: object = {}, head: object = {}) =>
  forge({ ...header(), ...head }, { ...claims, ...over }, pair.sign)
const ask = (proof: string, over: Partial<DpopQuestion> = {}) =>
  verifyDpopProof({ headers: [proof], method: 'POST', url: URL_, now: NOW, ...over })

// RFC 9449 Figures 2 and 13
const RFC_TOKEN_PROOF =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg'
const RFC_RESOURCE_PROOF =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'
const RFC_TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
const RFC_JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'

describe('the proofs printed in RFC 9449', () => {
  it('verify at the token endpoint', async () => {
    const now = new Date(1562262616_000)
    expect(await ask(RFC_TOKEN_PROOF, { url: 'https://server.example.com/token', now })).toMatchObject({
      ok: true,
      jkt: RFC_JKT,
      jti: '-BwC3ESc6acc2lTc',
      iat: 1562262616,
      replayUntil: new Date(1562262736_000),
    })
  })

  it('verify at the resource, with its token and key', async () => {
    const question = {
      method: 'GET',
      url: 'https://resource.example.org/protectedresource',
      now: new Date(1562262618_000),
    }
    const accessToken = { value: RFC_TOKEN, jkt: RFC_JKT }
    expect((await ask(RFC_RESOURCE_PROOF, { ...question, accessToken })).ok).toBe(true)
    expect(
      await ask(RFC_RESOURCE_PROOF, { ...question, accessToken: { ...accessToken, jkt: 'x' } }),
    ).toMatchObject({ reason: 'dpop_key_mismatch', status: 401 })
    expect(
      await ask(RFC_RESOURCE_PROOF, { ...question, accessToken: { ...accessToken, value: 'other' } }),
    ).toMatchObject({ reason: 'dpop_mismatch', error: 'invalid_dpop_proof', status: 401 })
  })
})

describe('verifyDpopProof', () => {
  it('check 1: exactly one header', async () => {
    const proof = proofOf()
    expect(await ask(proof, { headers: [] })).toMatchObject({ reason: 'dpop_missing', status: 400 })
    expect(await ask(proof, { headers: [proof, proof] })).toMatchObject({ reason: 'dpop_missing' })
    expect(await ask(`${proof}, ${proof}`)).toMatchObject({ reason: 'dpop_malformed' })
  })

  it.each([
    ['check 2: no JWT', () => 'x'],
    [
      'check 2: jti twice',
      () => forge(header(), `${JSON.stringify(claims).slice(0, -1)},"jti":"x"}`, pair.sign),
    ],
    ['check 2: too long', () => proofOf({ pad: 'x'.repeat(17_000) })],
    ['check 2: crit', () => proofOf({}, { crit: ['exp'] })],
    ['check 2: jku', () => proofOf({}, { jku: 'https://evil.example' })],
    ['check 2: x5u', () => proofOf({}, { x5u: 'https://evil.example' })],
    ['check 3: no jti', () => proofOf({ jti: undefined })],
    ['check 3: empty jti', () => proofOf({ jti: '' })],
    ['check 3: jti of 257 characters', () => proofOf({ jti: 'x'.repeat(257) })],
    ['check 3: no htm', () => proofOf({ htm: undefined })],
    ['check 3: no htu', () => proofOf({ htu: undefined })],
    ['check 3: no iat', () => proofOf({ iat: undefined })],
    ['check 3: iat as text', () => proofOf({ iat: String(T) })],
    ['check 4: no typ', () => proofOf({}, { typ: undefined })],
    ['check 4: typ JWT', () => proofOf({}, { typ: 'JWT' })],
    ['check 4: a mandate’s typ', () => proofOf({}, { typ: 'mandate+jwt' })],
    ['check 5: none', () => `${encode({ ...header(), alg: 'none' })}.${encode(claims)}.AAAA`],
    ['check 5: ES256K', () => proofOf({}, { alg: 'ES256K' })],
    ['check 7: no jwk', () => proofOf({}, { jwk: undefined })],
    ['check 7: a symmetric jwk', () => proofOf({}, { jwk: { kty: 'oct', k: 'AAAA' } })],
    ['check 7: the private half', () => proofOf({}, { jwk: pair.privateKey.export({ format: 'jwk' }) })],
  ])('%s', async (_, make) => {
    expect(await ask(make())).toMatchObject({
      ok: false,
      reason: 'dpop_malformed',
      error: 'invalid_dpop_proof',
      status: 400,
    })
  })

  it('check 5: HS256 with the public key as secret', async () => {
    const hmac = (input: Buffer) =>
      createHmac('sha256', JSON.stringify(pair.publicJwk)).update(input).digest()
    expect(await ask(forge({ ...header(), alg: 'HS256' }, claims, hmac))).toMatchObject({
      reason: 'dpop_malformed',
    })
  })

  it.each([
    ['another key', () => forge(header(ecPair()), claims, pair.sign)],
    ['an alg of another curve', () => forge(header(pair, 'ES384'), claims, pair.sign)],
    ['an alg of another kind of key', () => forge(header(pair, 'PS256'), claims, pair.sign)],
    ['a point off the curve', () => proofOf({}, { jwk: { ...pair.publicJwk, y: pair.publicJwk.x } })],
    [
      'an RSA key of 1,024 bits',
      () => {
        const weak = rsaPair(1024)
        return forge(header(weak, 'RS256'), claims, weak.sign)
      },
    ],
    ['a key that says another alg', () => proofOf({}, { jwk: { ...pair.publicJwk, alg: 'ES384' } })],
  ])('check 6: %s', async (_, make) => {
    expect(await ask(make())).toMatchObject({ ok: false, reason: 'dpop_untrusted' })
  })

  it.each([
    ['ES384', ecPair('P-384', 'sha384')],
    ['RS256', rsaPair()],
    ['EdDSA', edPair()],
    ['Ed25519', edPair()],
  ])('takes %s', async (alg, key) => {
    expect((await ask(forge(header(key, alg), claims, key.sign))).ok).toBe(true)
  })

  it.each([
    ['check 8: another method', { htm: 'GET' }],
    ['check 8: the method in lower case', { htm: 'post' }],
    ['check 9: another path', { htu: `${ISSUER}/oauth/introspect` }],
    ['check 9: another host', { htu: 'http://localhost:3001/oauth/token' }],
    ['check 9: another port', { htu: 'http://127.0.0.1:3002/oauth/token' }],
    ['check 9: another scheme', { htu: 'https://127.0.0.1:3001/oauth/token' }],
    ['check 9: a slash more', { htu: `${URL_}/` }],
    ['check 9: a user name', { htu: 'http://127.0.0.1:3001@evil.example/oauth/token' }],
    ['check 9: only a path', { htu: '/oauth/token' }],
  ])('%s', async (_, over) => {
    expect(await ask(proofOf(over))).toMatchObject({ reason: 'dpop_mismatch' })
  })

  it.each([`${URL_}?x=1`, `${URL_}#x`, 'HTTP://127.0.0.1:3001/oauth/token', `${ISSUER}/oauth/./t%6Fken`])(
    'check 9: takes %s for the same address',
    async (htu) => {
      expect((await ask(proofOf({ htu }))).ok).toBe(true)
    },
  )

  it('check 10: the nonce, only when asked for', async () => {
    expect(await ask(proofOf(), { nonces: ['n1'] })).toMatchObject({ error: 'use_dpop_nonce' })
    expect(await ask(proofOf({ nonce: 'n0' }), { nonces: ['n1', 'n2'] })).toMatchObject({
      error: 'use_dpop_nonce',
    })
    expect((await ask(proofOf({ nonce: 'n2' }), { nonces: ['n1', 'n2'] })).ok).toBe(true)
    expect((await ask(proofOf({ nonce: 'n2' }))).ok).toBe(true)
  })

  it('check 11: 60 seconds either way', async () => {
    for (const away of [-60, -30, 0, 30, 60]) expect((await ask(proofOf({ iat: T + away }))).ok).toBe(true)
    for (const away of [-61, 61, 1e9, -T])
      expect(await ask(proofOf({ iat: T + away }))).toMatchObject({ reason: 'dpop_expired' })
  })

  it('check 12: the token it came with', async () => {
    const jkt = (await ask(proofOf())) as { jkt: string }
    const accessToken = { value: 'token', jkt: jkt.jkt }
    expect((await ask(proofOf({ ath: sha256('token') }), { accessToken })).ok).toBe(true)
    expect(await ask(proofOf(), { accessToken })).toMatchObject({ reason: 'dpop_mismatch', status: 401 })
    expect(await ask(proofOf({ ath: sha256('other') }), { accessToken })).toMatchObject({
      reason: 'dpop_mismatch',
    })
  })

  it('gives one replay key per key and jti', async () => {
    const replayKey = async (proof: string) => {
      const outcome = await ask(proof)
      if (!outcome.ok) throw new Error(outcome.description)
      return outcome.replayKey
    }
    const other = ecPair()
    const first = await replayKey(proofOf())
    expect(await replayKey(proofOf({ iat: T + 1 }))).toBe(first)
    expect(await replayKey(proofOf({ jti: 'jti-2' }))).not.toBe(first)
    expect(await replayKey(forge(header(other), claims, other.sign))).not.toBe(first)
  })

  it('takes what oauth4webapi makes', async () => {
    const now = new Date()
    const client = { client_id: 'agent' }
    const keys = await oauth.generateKeyPair('ES256')
    const sent: string[] = []
    await oauth.clientCredentialsGrantRequest(
      { issuer: ISSUER, token_endpoint: URL_ },
      client,
      oauth.None(),
      new URLSearchParams({ resource: ISSUER }),
      {
        DPoP: oauth.DPoP({}, keys),
        [oauth.allowInsecureRequests]: true,
        [oauth.customFetch]: async (_, { headers }) => {
          sent.push(new Headers(headers).get('dpop') ?? '')
          return Response.json({})
        },
      },
    )
    expect((await verifyDpopProof({ headers: sent, method: 'POST', url: URL_, now })).ok).toBe(true)
  })

  it('takes none of 1,500 proofs with one byte changed', async () => {
    for (const text of mutations(proofOf(), 1500, 3))
      if ((await ask(text)).ok) expect.fail(`accepted ${text}`)
  })
})
