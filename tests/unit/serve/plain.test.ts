import { describe, expect, test } from 'vitest'
import { plain } from '@/lib/serve/plain'
import { quickestMs } from '@/tests/harness/quickest'

const JWT = `eyJhbGciOiJFUzI1NiJ9.${'eyJzdWIiOiJhIn0'}.c2lnbmF0dXJl`

describe('what may stand in a log line', () => {
  test.each([
    ['a line feed', 'one\ntwo', 'one\\u{a}two'],
    ['a carriage return', 'one\r\ntwo', 'one\\u{d}\\u{a}two'],
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['an escape sequence of one byte', '\u009b31mred', '\\u{9b}31mred'],
    ['a line separator', 'one\u2028two\u2029three', 'one\\u{2028}two\\u{2029}three'],
    ['a change of direction', 'abc\u202edef', 'abc\\u{202e}def'],
    ['half a character', 'half \ud800', 'half \ufffd'],
  ])('%s is written out', (_, text, expected) => expect(plain(text)).toBe(expected))

  test.each([
    ['a token', `Bearer ${JWT}`, 'Bearer [secret]'],
    ['the beginning of a token', JWT.slice(0, 24), '[secret]'],
    ['an encrypted cookie', `cookie=eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc; path=/`, 'cookie=[secret]; path=/'],
    ['a nonce', `nonce 0123456789abcdef0123456789abcdef.`, 'nonce [secret].'],
    ['random text', `sealed v1.${'aB3_-'.repeat(10)}`, 'sealed v1.[secret]'],
    [
      'a password in an address',
      'postgresql://app:hunter2@db.example/c',
      'postgresql://[secret]db.example/c',
    ],
    [
      'a password as a parameter',
      'postgresql:///c?password=hunter2&host=x',
      'postgresql:///c?password=[secret]&host=x',
    ],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----', '[secret]'],
  ])('%s is hidden', (_, text, expected) => expect(plain(text)).toBe(expected))

  test.each([
    'at main (lib/usecases/credentials/exchange-token.ts:51:9)',
    '4f5c8b7e-1d2a-4f6b-9a3c-0e1d2c3b4a5f',
  ])('%s stays as it is', (text) => expect(plain(text)).toBe(text))

  test('is at most 200 characters and an ellipsis', () => {
    expect(plain('word '.repeat(1000))).toHaveLength(201)
  })

  test.each([
    '://'.repeat(700),
    'eyJ'.repeat(700),
    '-----BEGIN '.repeat(200),
    'a'.repeat(2000),
    '.'.repeat(2000),
  ])('is made in under 5 ms whatever it is made of: %.20s', (text) => {
    expect(quickestMs(() => plain(text))).toBeLessThan(5)
  })
})
