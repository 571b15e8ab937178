import { createHmac } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { signAccessToken } from '@/lib/credentials/access-token'
import { publishedJwks } from '@/lib/credentials/keys'
import { signMandate, verifyMandate } from '@/lib/credentials/mandate'
import { encode, forge, ISSUER, mutations, NOW, T } from '../support/forge'
import { keys, mandateClaims, taskClaims } from './world'

const { record, key, set, stranger } = await keys()
const at = (seconds: number) => ({ issuer: ISSUER, now: new Date(NOW.getTime() + seconds * 1000) })
const verify = (jwt: string, seconds = 0) => verifyMandate(jwt, set, at(seconds))
const signer = (input: Buffer) => Buffer.from(key.sign(input.toString()), 'base64url')
const header = { typ: 'mandate+jwt', alg: 'ES256', kid: key.kid }

describe('signMandate', () => {
  it('makes what a stranger verifies with the published keys and jose alone', async () => {
    const { payload, protectedHeader } = await jwtVerify(
      signMandate(mandateClaims, key),
      createLocalJWKSet(publishedJwks([record])),
      { issuer: ISSUER, audience: ISSUER, typ: 'mandate+jwt', algorithms: ['ES256'], currentDate: NOW },
    )
    expect(payload).toEqual(mandateClaims)
    expect(protectedHeader).toEqual(header)
  })

  it('throws instead of signing a mandate for somebody else, without an end or until 2100', () => {
    expect(() => signMandate({ ...mandateClaims, aud: 'https://other.example' }, key)).toThrow()
    expect(() => signMandate({ ...mandateClaims, exp: T }, key)).toThrow()
    expect(() => signMandate({ ...mandateClaims, exp: 4102444800 }, key)).toThrow()
  })
})

describe('verifyMandate', () => {
  it('gives back the claims', async () => {
    expect(await verify(signMandate(mandateClaims, key))).toEqual({ ok: true, claims: mandateClaims })
  })

  it.each([
    ['an access token', () => signAccessToken(taskClaims, key)],
    ['another typ with the same claims', () => forge({ ...header, typ: 'at+jwt' }, mandateClaims, signer)],
    ['no typ', () => forge({ alg: 'ES256', kid: key.kid }, mandateClaims, signer)],
    ['alg none', () => `${encode({ ...header, alg: 'none' })}.${encode(mandateClaims)}.`],
    ['alg none with a signature', () => forge({ ...header, alg: 'none' }, mandateClaims, signer)],
    ['another alg', () => forge({ ...header, alg: 'ES384' }, mandateClaims, signer)],
    ['no kid', () => forge({ typ: 'mandate+jwt', alg: 'ES256' }, mandateClaims, signer)],
    ['a kid that is a list', () => forge({ ...header, kid: [key.kid] }, mandateClaims, signer)],
    ['crit', () => forge({ ...header, crit: ['exp'] }, mandateClaims, signer)],
    ['jku', () => forge({ ...header, jku: 'https://evil.example/jwks' }, mandateClaims, signer)],
    ['jwk', () => forge({ ...header, jwk: record.publicJwk }, mandateClaims, signer)],
    ['x5u', () => forge({ ...header, x5u: 'https://evil.example/c' }, mandateClaims, signer)],
    ['b64 false', () => forge({ ...header, b64: false, crit: ['b64'] }, mandateClaims, signer)],
    ['no exp', () => forge(header, { ...mandateClaims, exp: undefined }, signer)],
    ['exp as text', () => forge(header, { ...mandateClaims, exp: String(T + 60) }, signer)],
    ['exp in 2100', () => forge(header, { ...mandateClaims, exp: 4102444800 }, signer)],
    ['two audiences', () => forge(header, { ...mandateClaims, aud: [ISSUER, 'https://x.example'] }, signer)],
    ['another audience', () => forge(header, { ...mandateClaims, aud: 'https://x.example' }, signer)],
    ['no agent', () => forge(header, { ...mandateClaims, may_act: {} }, signer)],
    ['sub twice', () => forge(header, `${JSON.stringify(mandateClaims).slice(0, -1)},"sub":"x"}`, signer)],
    ['17 KiB', () => forge(header, { ...mandateClaims, pad: 'x'.repeat(17_000) }, signer)],
  ])('refuses %s as mandate_malformed', async (_, make) => {
    expect(await verify(make())).toMatchObject({
      ok: false,
      reason: 'mandate_malformed',
      error: 'invalid_request',
      status: 400,
    })
  })

  it.each([
    [
      'a stranger’s key under our kid',
      () => forge(header, mandateClaims, (i) => Buffer.from(stranger.sign(String(i)), 'base64url')),
    ],
    ['a stranger’s key under its own kid', () => signMandate(mandateClaims, stranger)],
    ['a kid that is a path', () => forge({ ...header, kid: '../../../../dev/null' }, mandateClaims, signer)],
    [
      'another issuer',
      () => forge(header, { ...mandateClaims, iss: 'https://x.example', aud: 'https://x.example' }, signer),
    ],
    [
      'claims changed after signing',
      () => {
        const [head, , signature] = signMandate(mandateClaims, key).split('.')
        return `${head}.${encode({ ...mandateClaims, grant_id: 'G-ZZZZ0001' })}.${signature}`
      },
    ],
    ['a signature of zeros', () => forge(header, mandateClaims, () => Buffer.alloc(64))],
    [
      'a signature in DER',
      () => forge(header, mandateClaims, (i) => Buffer.concat([Buffer.from([0x30, 0x44]), signer(i)])),
    ],
  ])('refuses %s as mandate_untrusted', async (_, make) => {
    expect(await verify(make())).toMatchObject({ ok: false, reason: 'mandate_untrusted' })
  })

  it('refuses HS256 made with the public key', async () => {
    const secret = JSON.stringify(record.publicJwk)
    const hmac = (input: Buffer) => createHmac('sha256', secret).update(input).digest()
    expect(await verify(forge({ ...header, alg: 'HS256' }, mandateClaims, hmac))).toMatchObject({ ok: false })
  })

  it('tolerates 30 s past its end and 30 s before its start, and refuses 61 s', async () => {
    const jwt = signMandate(mandateClaims, key)
    expect((await verify(jwt, 3600 + 30)).ok).toBe(true)
    expect((await verify(jwt, -30)).ok).toBe(true)
    expect(await verify(jwt, 3600 + 61)).toMatchObject({ ok: false, reason: 'mandate_expired' })
    expect(await verify(jwt, -61)).toMatchObject({ ok: false, reason: 'mandate_expired' })
  })

  it('refuses every key when none is published', async () => {
    expect(await verifyMandate(signMandate(mandateClaims, key), new Map(), at(0))).toMatchObject({
      ok: false,
    })
  })

  it('takes none of 1,500 texts with one byte changed', async () => {
    for (const text of mutations(signMandate(mandateClaims, key), 1500, 1))
      if ((await verify(text)).ok) expect.fail(`accepted ${text}`)
  })
})

describe('a mandate that was verified a moment ago', () => {
  it('is asked again whose it is and whether it still lasts', async () => {
    const jwt = signMandate({ ...mandateClaims, iat: T - 100, exp: T - 20 }, key)
    expect((await verify(jwt)).ok).toBe(true)
    const elsewhere = await verifyMandate(jwt, set, { issuer: 'https://else.example', now: NOW })
    expect(elsewhere).toMatchObject({ ok: false, reason: 'mandate_untrusted' })
    expect(await verify(jwt, 50)).toMatchObject({ ok: false, reason: 'mandate_expired' })
  })

  it('is nothing once its key is not ours any more', async () => {
    const jwt = signMandate(mandateClaims, key)
    expect((await verify(jwt)).ok).toBe(true)
    const without = await verifyMandate(jwt, new Map(), at(0))
    expect(without).toMatchObject({ ok: false, reason: 'mandate_untrusted' })
  })
})
