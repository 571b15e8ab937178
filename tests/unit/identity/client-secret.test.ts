import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  hashOfSecret,
  isBasic,
  isClientSecret,
  newClientSecret,
  readBasic,
} from '@/lib/identity/client-secret'

const basic = (text: string, scheme = 'Basic') => `${scheme} ${Buffer.from(text).toString('base64')}`
const PRINTABLE = expect.stringMatching(/^[\x21-\x7e]{1,300}$/)
const HASH = expect.stringMatching(/^[\w-]{43}$/)
const ID = 'https://tickets.example:8443/api'

describe('a client secret', () => {
  test('is 256 random bits behind a prefix, and its hash is SHA-256', () => {
    const { secret, secretHash } = newClientSecret()
    expect(secret).toMatch(/^countersign_secret_[\w-]{43}$/)
    expect(secretHash).toBe(createHash('sha256').update(secret).digest('base64url'))
    expect(newClientSecret().secret).not.toBe(secret)
  })

  test('is one of those that are kept, or none', () => {
    const [first, second, other] = [newClientSecret(), newClientSecret(), newClientSecret()]
    const kept = [first.secretHash, second.secretHash]
    const isOne = (secret: string, hashes: (string | null)[]) => isClientSecret(hashOfSecret(secret), hashes)
    expect([first, second, other].map(({ secret }) => isOne(secret, kept))).toEqual([true, true, false])
    expect(isOne(first.secret, [null, null])).toBe(false)
    expect(isOne(first.secret, [])).toBe(false)
    expect(isOne(first.secret, ['short'])).toBe(false)
    expect(isOne('', [null])).toBe(false)
    expect(isOne(first.secretHash, kept)).toBe(false)
  })
})

describe('client_secret_basic (RFC 6749 §2.3.1)', () => {
  const secret = 'countersign_secret_a-b_c'
  const encoded = `${encodeURIComponent(ID)}:${encodeURIComponent(secret)}`

  test.each([
    ['form-urlencoded', encoded],
    [
      'every sign of it encoded',
      `${ID.replace(/\W/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}:${secret.replaceAll('-', '%2d').replaceAll('_', '%5F')}`,
    ],
    ['not encoded at all, as curl sends it', `${ID}:${secret}`],
  ])('is read %s', (_, text) => {
    const read = { ok: true, clientId: ID, secretHash: hashOfSecret(secret) }
    expect(readBasic(basic(text))).toEqual(read)
    expect(readBasic(basic(text, 'bAsIc'))).toEqual(read)
    expect(readBasic(basic(text))).toEqual(read)
  })

  test.each([
    ['no colon', basic('nobody')],
    ['a bad escape', basic(`https%3A%2F%2Fa%2:${secret}`)],
    ['an escape that is no number', basic(`%zz:${secret}`)],
    ['an escaped NUL', basic(`https%00:${secret}`)],
    ['a raw control character', basic(`a\n:${secret}`)],
    ['more than ASCII', basic(`tíckets:${secret}`)],
    ['a space', basic(`a+b:${secret}`)],
    ['nobody', basic(`:${secret}`)],
    ['no secret', basic(`${encodeURIComponent(ID)}:`)],
    ['an identifier that is too long', basic(`${'a'.repeat(301)}:${secret}`)],
    ['a header that is too long', basic(`a:${'b'.repeat(3000)}`)],
    ['no base64', 'Basic a:b'],
    ['nothing', 'Basic'],
    ['two headers', `${basic(encoded)}, ${basic(encoded)}`],
    ['another scheme before it', `Bearer x, ${basic(encoded)}`],
  ])('%s is a malformed request', (_, header) => {
    expect(isBasic(header)).toBe(true)
    expect(readBasic(header)).toMatchObject({ ok: false, status: 400, reason: 'request_malformed' })
  })

  test.each(['Bearer basic', 'Basically x', 'DPoP x', ''])('%j is something else', (header) => {
    expect(isBasic(header)).toBe(false)
  })

  test('no header throws, and what is read is printable and bounded', () => {
    const header = fc.oneof(
      fc.string({ maxLength: 400 }).map((text) => basic(text)),
      fc.string({ maxLength: 400 }).map((text) => `Basic ${text}`),
    )
    fc.assert(
      fc.property(header, (text) => {
        const read = readBasic(text)
        if (read.ok) expect(read).toMatchObject({ clientId: PRINTABLE, secretHash: HASH })
        expect(readBasic(text)).toEqual(read)
      }),
      { numRuns: 2000 },
    )
  })
})
