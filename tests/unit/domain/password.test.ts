import { describe, expect, it } from 'vitest'
import { Email, isLinkGood, NewPassword, passwordProblem } from '@/lib/domain/password'
import { quickestMs } from '@/tests/harness/quickest'

describe('an e-mail address', () => {
  it('is the same in upper and lower case', () => {
    expect(Email.parse(' Ada.Lovelace@Example.ORG ')).toBe('ada.lovelace@example.org')
  })

  it.each([
    'ada',
    'ada@',
    '@example.org',
    'ada@example',
    'a b@example.org',
    'a@b@example.org',
    'x@y.z\r\nBcc: z@y.x',
  ])('is not %j', (text) => {
    expect(Email.safeParse(text).success).toBe(false)
  })

  it('is read quickly, however it is made', () => {
    const read = () => {
      for (const text of ['a'.repeat(100_000), `${'@.'.repeat(50_000)}`, `a@${'.a'.repeat(50_000)}@`])
        expect(Email.safeParse(text).success).toBe(false)
    }
    expect(quickestMs(read)).toBeLessThan(100)
  })
})

describe('a password', () => {
  it.each(['nine grey herons wade', `${'ж'.repeat(3)}абвгдеёзи`, 'x7'.repeat(4) + 'y-_z'.repeat(30)])(
    'may be %j',
    (text) => {
      expect(NewPassword.safeParse(text).success).toBe(true)
    },
  )

  it.each([
    ['elevenchars', 'A password has 12 to 128 characters.'],
    [`ab-cd${'é'.repeat(124)}`, 'A password has 12 to 128 characters.'],
    ['PassWord1234', 'This password is one that everybody tries first.'],
    ['correct horse battery staple', 'This password is one that everybody tries first.'],
    ['aaaaaaaaaaaaaaa', 'This password is one that everybody tries first.'],
  ])('is not %j', (text, says) => {
    expect(NewPassword.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([says])
  })

  it('is one, whichever way its accents were typed', () => {
    expect(NewPassword.parse('cafe\u0301 au lait noir')).toBe(NewPassword.parse('caf\u00e9 au lait noir'))
  })

  it('leaves the address out', () => {
    expect(passwordProblem('my-ADA@example.org-1', 'ada@example.org')).not.toBeNull()
    expect(passwordProblem('i am lovelace really', 'lovelace@example.org')).not.toBeNull()
    expect(passwordProblem('a canada goose lands', 'ada@example.org')).toBeNull()
  })
})

describe('a link', () => {
  const now = new Date('2026-11-25T09:00:00Z')
  it.each([
    ['2026-11-25T09:00:01Z', null, true],
    ['2026-11-25T09:00:00Z', null, false],
    ['2026-11-26T09:00:00Z', now, false],
  ])('that ends at %s and was used %s works: %s', (expires, used, isGood) => {
    expect(isLinkGood({ expires: new Date(expires), used }, now)).toBe(isGood)
  })
})
