import { describe, expect, it } from 'vitest'
import { decodeBase64url, readCompactJwt } from '@/lib/domain/compact-jwt'
import { quickestMs } from '@/tests/harness/quickest'
import { encode } from '../support/forge'

const HEADER = { alg: 'ES256' }
const jwt = (header: unknown, claims: unknown, signature = 'AAAA') =>
  `${encode(header)}.${encode(claims)}.${signature}`

describe('readCompactJwt', () => {
  it('reads header, claims and what is signed', () => {
    const text = jwt(HEADER, { sub: 'x' })
    expect(readCompactJwt(text, ['alg'])).toEqual({
      ok: true,
      jwt: { header: HEADER, claims: { sub: 'x' }, signingInput: text.slice(0, text.lastIndexOf('.')) },
    })
  })

  it('gives every JWT under one header the same object, whatever else it allows', () => {
    const headerOf = (claims: object) => {
      const reading = readCompactJwt(jwt({ alg: 'ES256', kid: 'one' }, claims), ['alg', 'kid'])
      return reading.ok && reading.jwt.header
    }
    expect(headerOf({ sub: 'x' })).toBe(headerOf({ sub: 'y' }))
    expect(readCompactJwt(jwt({ alg: 'ES256', kid: 'one' }, {}), ['alg'])).toMatchObject({ ok: false })
  })

  it.each([
    ['nothing', ''],
    ['two parts', 'YQ.YQ'],
    ['four parts', `${jwt(HEADER, {})}.AAAA`],
    ['an empty signature', jwt(HEADER, {}, '')],
    ['padding', `${jwt(HEADER, {})}=`],
    ['white space', ` ${jwt(HEADER, {})}`],
    ['base64 instead of base64url', jwt(HEADER, {}, 'AA+/')],
    ['bits left over in the signature', jwt(HEADER, {}, 'AB')],
    ['a header that is an array', jwt([], {})],
    ['claims that are null', jwt(HEADER, 'null')],
    ['claims that are no JSON', jwt(HEADER, '{')],
    ['a claim twice', jwt(HEADER, '{"sub":"a","sub":"b"}')],
    ['alg twice', jwt('{"alg":"ES256","alg":"none"}', {})],
    [
      'bytes that are not UTF-8',
      `${encode(HEADER)}.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}.AAAA`,
    ],
    ['more than 16 KiB', jwt(HEADER, { pad: 'x'.repeat(16_384) })],
    ['a megabyte', 'a'.repeat(1_000_000)],
  ])('refuses %s', (_, text) => {
    expect(readCompactJwt(text, ['alg']).ok).toBe(false)
  })

  it.each(['crit', 'jku', 'jwk', 'x5u', 'x5c', 'b64', 'kid', 'zip'])(
    'refuses %s where the profile lacks it',
    (name) => {
      expect(readCompactJwt(jwt({ ...HEADER, [name]: ['x'] }, {}), ['alg']).ok).toBe(false)
    },
  )

  it('answers a megabyte of dots and of letters at once', () => {
    const read = () => {
      readCompactJwt('.'.repeat(1_000_000), [])
      readCompactJwt('a'.repeat(16_384), [])
    }
    expect(quickestMs(read)).toBeLessThan(50)
  })
})

describe('decodeBase64url', () => {
  it('takes one spelling of each byte string', () => {
    expect(decodeBase64url('AA')).toEqual(Buffer.from([0]))
    for (const other of ['AB', 'AA=', 'AA==', 'A', 'A A', 'AA+', 'é'])
      expect(decodeBase64url(other)).toBeNull()
  })
})
