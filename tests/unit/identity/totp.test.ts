import { describe, expect, it } from 'vitest'
import { stepOfCode, totpForApp } from '@/lib/identity/totp'

// The secret and the last six digits of RFC 6238, appendix B, SHA-1.
const secret = Buffer.from('12345678901234567890')
const at = (seconds: number, lastStep = 0) => ({ now: new Date(seconds * 1000), lastStep })

describe('a code of the app', () => {
  it.each([
    [59, '287082', 1],
    [1_111_111_109, '081804', 37_037_036],
    [1_234_567_890, '005924', 41_152_263],
    [2_000_000_000, '279037', 66_666_666],
  ])('is that of RFC 6238 at %d seconds', (seconds, code, step) => {
    expect(stepOfCode(secret, code, at(seconds))).toBe(step)
  })

  it('may be one step early or late, not two', () => {
    const step = 37_037_036
    expect(stepOfCode(secret, '081804', at((step - 1) * 30))).toBe(step)
    expect(stepOfCode(secret, '081804', at((step + 1) * 30 + 29))).toBe(step)
    expect(stepOfCode(secret, '081804', at((step - 1) * 30 - 1))).toBeNull()
    expect(stepOfCode(secret, '081804', at((step + 2) * 30))).toBeNull()
  })

  it('of a step that was used, or of one before it, is refused', () => {
    expect(stepOfCode(secret, '287082', at(59, 1))).toBeNull()
    expect(stepOfCode(secret, '287082', at(59, 2))).toBeNull()
    expect(stepOfCode(secret, '287082', at(59, 0))).toBe(1)
  })

  it.each(['', '28708', '2870822', 'abcdef'])('is not %j', (code) => {
    expect(stepOfCode(secret, code, at(59))).toBeNull()
  })
})

it('tells an app what it needs', () => {
  const { uri, text } = totpForApp(secret, 'ada@example.org')
  expect(text).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  expect(uri).toBe(
    `otpauth://totp/Countersign:ada%40example.org?issuer=Countersign&secret=${text}&algorithm=SHA1&digits=6&period=30`,
  )
})
