import type { KeyObject } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  ANY_AUDIENCE,
  signAccessToken,
  signAgentToken,
  verifyAccessToken,
  verifyAgentToken,
} from '@/lib/credentials/access-token'
import { publishedJwks } from '@/lib/credentials/keys'
import { signMandate } from '@/lib/credentials/mandate'
import type { TaskTokenClaims } from '@/lib/credentials/token-claims'
import { forge, ISSUER, mutations, NOW, T } from '../support/forge'
import { AGENT, agentClaims, keys, mandateClaims, TICKETS, taskClaims } from './world'

const { record, key, set, stranger } = await keys()
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const verify = (jwt: string, seconds = 0, audience: string | typeof ANY_AUDIENCE = TICKETS) =>
  verifyAccessToken(jwt, set, { issuer: ISSUER, audience, now: later(seconds) })
const verifyOwn = (jwt: string, seconds = 0) =>
  verifyAgentToken(jwt, set, { issuer: ISSUER, now: later(seconds) })
const signer = (input: Buffer) => Buffer.from(key.sign(input.toString()), 'base64url')
const header = { typ: 'at+jwt', alg: 'ES256', kid: key.kid }
const without = (name: keyof TaskTokenClaims) => ({ ...taskClaims, [name]: undefined })

describe('signAccessToken', () => {
  it('makes what a resource server verifies with jose alone', async () => {
    const { payload } = await jwtVerify(
      signAccessToken(taskClaims, key),
      createLocalJWKSet(publishedJwks([record])),
      { issuer: ISSUER, audience: TICKETS, typ: 'at+jwt', algorithms: ['ES256'], currentDate: NOW },
    )
    expect(payload).toEqual(taskClaims)
  })

  it('throws instead of signing for itself, for longer than an hour or for another actor', () => {
    expect(() => signAccessToken({ ...taskClaims, aud: ISSUER }, key)).toThrow()
    expect(() => signAccessToken({ ...taskClaims, exp: T + 3601 }, key)).toThrow()
    expect(() => signAccessToken({ ...taskClaims, client_id: 'other' }, key)).toThrow()
    expect(() => signAgentToken({ ...agentClaims, aud: TICKETS }, key)).toThrow()
  })

  it.each([
    ['no resource server', { aud: '' }],
    ['no scope', { scope: '' }],
    ['nothing that it is for', { authorization_details: [] }],
    ['no human', { sub: '' }],
    ['no grant', { grant_id: undefined }],
    ['no id', { jti: undefined }],
    ['no agent', { client_id: undefined, act: { sub_profile: 'ai_agent' } }],
    ['no key', { cnf: { jkt: '' } }],
    ['half a second', { iat: T + 0.5 }],
    ['no end', { exp: undefined }],
  ])('throws instead of signing what names %s', (_what, claims) => {
    expect(() => signAccessToken({ ...taskClaims, ...claims } as typeof taskClaims, key)).toThrow()
  })

  it('carries the chain of a child grant', async () => {
    const act = {
      sub: AGENT,
      sub_profile: 'ai_agent',
      act: { sub: 'spiffe://a/b', sub_profile: 'ai_agent' },
    } as const
    expect(await verify(signAccessToken({ ...taskClaims, act }, key))).toMatchObject({
      ok: true,
      claims: { act },
    })
  })
})

describe('verifyAccessToken', () => {
  it('gives back the claims, for its audience and for giving it back', async () => {
    const jwt = signAccessToken(taskClaims, key)
    expect(await verify(jwt)).toEqual({ ok: true, claims: taskClaims })
    expect((await verify(jwt, 0, ANY_AUDIENCE)).ok).toBe(true)
  })

  it.each([
    ['a mandate', 'token_malformed', () => signMandate(mandateClaims, key)],
    ['an id token', 'token_malformed', () => forge({ alg: 'ES256', kid: key.kid }, taskClaims, signer)],
    [
      'application/at+jwt, which we never write',
      'token_malformed',
      () => forge({ ...header, typ: 'application/at+jwt' }, taskClaims, signer),
    ],
    ['jku', 'token_malformed', () => forge({ ...header, jku: 'https://evil.example' }, taskClaims, signer)],
    ['no exp', 'token_malformed', () => forge(header, without('exp'), signer)],
    ['no key binding', 'token_malformed', () => forge(header, without('cnf'), signer)],
    ['no actor', 'token_malformed', () => forge(header, without('act'), signer)],
    ['exp in 2100', 'token_malformed', () => forge(header, { ...taskClaims, exp: 4102444800 }, signer)],
    [
      'a list of audiences',
      'token_malformed',
      () => forge(header, { ...taskClaims, aud: [TICKETS, ISSUER] }, signer),
    ],
    [
      'aud twice',
      'token_malformed',
      () => forge(header, `${JSON.stringify(taskClaims).slice(0, -1)},"aud":"x"}`, signer),
    ],
    [
      'another audience',
      'token_audience',
      () => signAccessToken({ ...taskClaims, aud: 'http://127.0.0.1:3012' }, key),
    ],
    [
      'another issuer',
      'token_untrusted',
      () => signAccessToken({ ...taskClaims, iss: 'https://x.example' }, key),
    ],
    ['a stranger’s key', 'token_untrusted', () => signAccessToken(taskClaims, stranger)],
    ['the agent’s own token', 'token_malformed', () => signAgentToken(agentClaims, key)],
  ])('refuses %s as %s', async (_, reason, make) => {
    expect(await verify(make())).toMatchObject({ ok: false, reason, error: 'invalid_token', status: 401 })
  })

  it('tolerates 30 s and refuses 61 s on both ends', async () => {
    const jwt = signAccessToken(taskClaims, key)
    expect((await verify(jwt, 330)).ok).toBe(true)
    expect((await verify(jwt, -30)).ok).toBe(true)
    expect(await verify(jwt, 361)).toMatchObject({ reason: 'token_expired' })
    expect(await verify(jwt, -61)).toMatchObject({ reason: 'token_expired' })
  })

  it('takes none of 1,500 texts with one byte changed', async () => {
    for (const text of mutations(signAccessToken(taskClaims, key), 1500, 2))
      if ((await verify(text)).ok) expect.fail(`accepted ${text}`)
  })
})

describe('a token that was verified a moment ago', () => {
  it('is asked again whose it is, who issued it and whether it still lasts', async () => {
    const jwt = signAccessToken(taskClaims, key)
    expect((await verify(jwt)).ok).toBe(true)
    expect(await verify(jwt, 0, 'https://else.example')).toMatchObject({ reason: 'token_audience' })
    const elsewhere = { issuer: 'https://else.example', audience: TICKETS, now: NOW }
    expect(await verifyAccessToken(jwt, set, elsewhere)).toMatchObject({ reason: 'token_untrusted' })
    const ending = signAccessToken({ ...taskClaims, exp: T + 10 }, key)
    expect((await verify(ending, 20)).ok).toBe(true)
    expect(await verify(ending, 71)).toMatchObject({ ok: false, reason: 'token_expired' })
  })

  it('is nothing once its key is not ours any more', async () => {
    const jwt = signAccessToken(taskClaims, key)
    expect((await verify(jwt)).ok).toBe(true)
    const without = await verifyAccessToken(jwt, new Map(), { issuer: ISSUER, audience: TICKETS, now: NOW })
    expect(without).toMatchObject({ ok: false, reason: 'token_untrusted' })
  })

  it('is verified anew after a minute, and only then', async () => {
    const jwt = signAccessToken(taskClaims, key)
    let looks = 0
    const counted = new (class extends Map<string, KeyObject> {
      override get(kid: string) {
        looks += 1
        return super.get(kid)
      }
    })(set)
    const at = (seconds: number) => ({ issuer: ISSUER, audience: TICKETS, now: later(seconds) })
    for (const seconds of [0, 1, 59])
      expect((await verifyAccessToken(jwt, counted, at(seconds))).ok).toBe(true)
    expect(looks).toBe(1)
    expect((await verifyAccessToken(jwt, counted, at(60))).ok).toBe(true)
    expect(looks).toBe(2)
  })
})

describe('verifyAgentToken', () => {
  it('takes the agent’s own token', async () => {
    expect(await verifyOwn(signAgentToken(agentClaims, key))).toEqual({ ok: true, claims: agentClaims })
  })

  it.each([
    ['a token for a resource server', 'token_kind', () => signAccessToken(taskClaims, key)],
    ['one with an actor', 'token_kind', () => forge(header, { ...agentClaims, act: taskClaims.act }, signer)],
    [
      'a subject that is not the client',
      'token_kind',
      () => forge(header, { ...agentClaims, sub: 'x' }, signer),
    ],
    ['a mandate', 'token_malformed', () => signMandate(mandateClaims, key)],
    ['a stranger’s key', 'token_untrusted', () => signAgentToken(agentClaims, stranger)],
    [
      'another issuer',
      'token_untrusted',
      () => signAgentToken({ ...agentClaims, iss: 'https://x.example', aud: 'https://x.example' }, key),
    ],
  ])('refuses %s as %s', async (_, reason, make) => {
    expect(await verifyOwn(make())).toMatchObject({ ok: false, reason, status: 401 })
  })

  it('ends with its time', async () => {
    expect(await verifyOwn(signAgentToken(agentClaims, key), 361)).toMatchObject({ reason: 'token_expired' })
  })
})
