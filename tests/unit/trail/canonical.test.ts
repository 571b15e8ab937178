import canonicalize from 'canonicalize'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '@/lib/trail/canonical'
import fc from '@/tests/harness/fast-check'

/** The value that 64 bits stand for (RFC 8785, appendix B). */
function numberOf(bits: string): number {
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setBigUint64(0, BigInt(`0x${bits}`))
  return bytes.getFloat64(0)
}

describe('canonical JSON', () => {
  test('is that of the examples of RFC 8785', () => {
    // §3.2.2
    const sample = {
      numbers: JSON.parse('[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]'),
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    // §3.2.3: by UTF-16 code units, so that an emoji stands before a letter of the private use area behind it.
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']
    const backwards = Object.fromEntries([...sorted].reverse().map((name) => [name, 0]))
    expect(canonicalJson(backwards)).toBe(`{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`)
  })

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
  ])('says the number %s as RFC 8785 lists it', (bits, text) => {
    expect(canonicalJson(numberOf(bits))).toBe(text)
  })

  test('is what somebody else’s code makes of the same value', () => {
    // Halves of characters among them.
    const unit = fc.oneof(fc.integer({ min: 0xd7f0, max: 0xe00f }), fc.integer({ min: 0, max: 0xffff }))
    const units = fc.array(unit, { maxLength: 8 }).map((codes) => String.fromCharCode(...codes))
    const said = (make: () => string | undefined) => {
      try {
        return make()
      } catch {
        return 'refused'
      }
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(units, (text) => {
        expect(said(() => canonicalJson({ [text]: text }))).toBe(said(() => canonicalize({ [text]: text })))
      }),
      { numRuns: 2000 },
    )
  })

  test('leaves out members that are undefined, and says a time as JSON does', () => {
    const at = new Date(0)
    expect(canonicalJson({ b: undefined, a: at })).toBe('{"a":"1970-01-01T00:00:00.000Z"}')
  })

  test.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a list with a hole', Array(1)],
    ['a large number', 1n],
    ['NaN', Number.NaN],
    ['an infinity', Number.NEGATIVE_INFINITY],
    ['half a character', '\ud83d'],
    ['half a character among others', 'a\ude00b'],
  ])('refuses %s, wherever it stands', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson([value])).toThrow(TypeError)
    expect(() => canonicalJson({ deep: [[value]] })).toThrow(TypeError)
  })

  test('refuses half a character in a name', () => {
    expect(() => canonicalJson({ '\ud83d': 1 })).toThrow(TypeError)
  })
})
