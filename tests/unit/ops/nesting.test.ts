import { describe, expect, test } from 'vitest'
import { depthOf, depthOfBody } from '@/lib/ops/console/nesting'

const opened = (times: number) => '['.repeat(times)

describe('how deep a body is', () => {
  test.each([
    ['', 0],
    ['plain text', 0],
    ['[1,{"a":[2]}]', 3],
    ['[[],[],[]]', 2],
    [']]]]]][', 1],
    ['["[[[[", "]]]]"]', 1],
    // A quotation mark that is escaped ends no string, and one after an escaped backslash does.
    [String.raw`["\"[[[["]`, 1],
    [String.raw`["\\",[[["x"]]]]`, 4],
    [opened(10_000), 10_000],
    ['["]",'.repeat(10_000), 10_000],
  ])('%.20s is %i', (text, depth) => expect(depthOf(text)).toBe(depth))

  test('is that of its deepest field, whatever the one before left open', () => {
    const field = (name: string, text: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`
    const body = `${field('goal', 'an odd " mark')}${field('0', opened(600))}${field('1', opened(3))}--b--\r\n`
    expect(depthOfBody(body, 'multipart/form-data; boundary=b')).toBe(600)
    expect(depthOfBody(body, 'multipart/form-data; boundary="b"')).toBe(600)
    expect(depthOfBody(field('goal', '[['), 'multipart/form-data; boundary=b')).toBe(2)
  })

  test('takes as long as the body, not longer', () => {
    const long = '["'.repeat(100_000)
    expect(depthOf(long)).toBe(50_000)
  })
})
