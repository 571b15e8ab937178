import { describe, expect, it } from 'vitest'
import { routingOf } from '@/lib/identity/issued-jwt'
import { readJwks } from '@/lib/identity/jwks'
import { ecPair, edPair, forge, rsaPair } from '../support/forge'

const ec = ecPair()

describe('readJwks', () => {
  it('takes what can verify and leaves the rest out', () => {
    const keys = [
      { ...ec.publicJwk, kid: 'a', use: 'sig', alg: 'ES256' },
      { ...edPair().publicJwk, kid: 'b' },
      { ...rsaPair().publicJwk, kid: 'c', use: 'enc' },
      { kty: 'OKP', crv: 'X25519', x: 'AAAA', kid: 'd' },
      { kty: 'something', kid: 'e' },
    ]
    const reading = readJwks({ keys })
    expect(reading.ok && reading.keys.map(({ kid }) => kid)).toEqual(['a', 'b'])
    expect(reading).toMatchObject({ unused: 3 })
  })

  it.each([
    ['no list', {}],
    ['an empty one', { keys: [] }],
    ['a private key', { keys: [{ ...ec.publicJwk, d: 'AAAA' }] }],
    ['a shared secret', { keys: [ec.publicJwk, { kty: 'oct', k: 'AAAA' }] }],
    ['too many', { keys: Array.from({ length: 65 }, () => ec.publicJwk) }],
    ['text', 'keys'],
  ])('refuses %s', (_, value) => {
    expect(readJwks(value).ok).toBe(false)
  })
})

describe('routingOf', () => {
  it('says who issued it, and nothing of a JWT-SVID', () => {
    const head = { alg: 'ES256', kid: 'k1' }
    const of = (claims: object, header: object = head) => routingOf(forge(header, claims, ec.sign))
    expect(of({ iss: 'https://ci.example', sub: 'x' })).toEqual({ issuer: 'https://ci.example', kid: 'k1' })
    expect(of({ iss: 'https://ci.example' }, { kid: 7 })).toEqual({ issuer: 'https://ci.example', kid: null })
    expect(of({ iss: 'https://ci.example', sub: 'spiffe://a/env/b/c' })).toBeNull()
    expect(of({ sub: 'x' })).toBeNull()
    for (const text of ['', 'a', '..', '%%.%%.%%', 'bnVsbA.bnVsbA.x']) expect(routingOf(text)).toBeNull()
  })
})
