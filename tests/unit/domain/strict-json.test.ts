import { describe, expect, it } from 'vitest'
import { parseStrictJson } from '@/lib/domain/strict-json'

describe('parseStrictJson', () => {
  it.each(['{}', '[]', '0', '"a:b"', '{"a":["b",{"a":1}],"b":{"a":2}}', ' {"a" : "\\"" , "b":"\\\\" } '])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
    },
  )

  it.each([
    '',
    '{',
    '{a:1}',
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"a":1 , "a" : 2}}',
    '[{"a":1},{"b":1,"b":1}]',
    '{"__proto__":{}}',
    '{"a":"\\u0000"}',
    '{"\\u0000":1}',
    '{"a":"\\ud800"}',
    '{"\\udc00":1}',
    '\ufeff{}',
    `${'['.repeat(33)}${']'.repeat(33)}`,
  ])('refuses %j', (text) => {
    expect(parseStrictJson(text).ok).toBe(false)
  })

  it('reads a pair of surrogates and 32 levels', () => {
    expect(parseStrictJson('"\\ud83d\\ude00"').ok).toBe(true)
    expect(parseStrictJson(`${'['.repeat(32)}${']'.repeat(32)}`).ok).toBe(true)
  })
})
