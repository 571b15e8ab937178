import { sign as signWith } from 'node:crypto'
import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { isSignedES256 } from '@/lib/identity/es256'

type Point = { kty: 'EC'; crv: 'P-256'; x: string; y: string }
let jwk: Point
let jws: string
let signDer: (input: string) => string

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  jwk = (await exportJWK(publicKey)) as Point
  const payload = new TextEncoder().encode('{"sub":"somebody"}')
  jws = await new CompactSign(payload).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
  const { privateKey: der } = { privateKey: await exportJWK(privateKey) }
  signDer = (input) =>
    signWith('sha256', Buffer.from(input), { key: der, format: 'jwk' } as never).toString('base64url')
})

const asJose = async (text: string, key: Point) =>
  importJWK(key, 'ES256')
    .then((imported) => compactVerify(text, imported, { algorithms: ['ES256'] }))
    .then(
      () => true,
      () => false,
    )

describe('ES256', () => {
  test('takes what jose signs', () => expect(isSignedES256(jws, jwk)).toBe(true))

  test('judges 500 texts with one character changed as jose does: none is signed', async () => {
    for (let round = 0; round < 500; round += 1) {
      const at = (round * 7919) % jws.length
      const other = jws[at] === 'A' ? 'B' : 'A'
      const text = `${jws.slice(0, at)}${other}${jws.slice(at + 1)}`
      // The last character has bits that belong to nothing: base64url is read strictly before this.
      if (at === jws.length - 1 || jws[at] === '.') continue
      expect(isSignedES256(text, jwk)).toBe(false)
      expect(await asJose(text, jwk)).toBe(false)
    }
  })

  test('refuses a signature in DER, one cut short and one made longer', () => {
    const input = jws.slice(0, jws.lastIndexOf('.'))
    expect(isSignedES256(`${input}.${signDer(input)}`, jwk)).toBe(false)
    expect(isSignedES256(jws.slice(0, -2), jwk)).toBe(false)
    expect(isSignedES256(`${jws}AAAA`, jwk)).toBe(false)
    expect(isSignedES256(`${input}.`, jwk)).toBe(false)
    expect(isSignedES256(`${input}.${'A'.repeat(86)}`, jwk)).toBe(false)
  })

  test('refuses a point off the curve, the point at infinity and coordinates of another length', () => {
    const zero = Buffer.alloc(32).toString('base64url')
    const off = Buffer.alloc(32, 1).toString('base64url')
    const longer = Buffer.concat([Buffer.alloc(1), Buffer.from(jwk.x, 'base64url')]).toString('base64url')
    for (const point of [
      { ...jwk, y: off },
      { ...jwk, x: zero, y: zero },
      { ...jwk, x: longer },
    ])
      for (let again = 0; again < 2; again += 1) expect(isSignedES256(jws, point)).toBe(false)
  })

  test('refuses another key, also after the right one was seen', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    expect(isSignedES256(jws, (await exportJWK(publicKey)) as Point)).toBe(false)
    expect(isSignedES256(jws, jwk)).toBe(true)
  })
})
