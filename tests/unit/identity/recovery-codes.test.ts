import { expect, it } from 'vitest'
import { newId } from '@/lib/data/new-id'
import { TypedCode } from '@/lib/domain/second-factor'
import { newRecoveryCodes, recoveryHash } from '@/lib/identity/recovery-codes'

// Five random bits a character.
const bitsOf = (text: string) => text.length * 5

it('a recovery code has 112 random bits or more, and is found as it is shown and typed', () => {
  const { shown, hashes } = newRecoveryCodes()
  expect(new Set(shown).size).toBe(10)
  for (const [at, code] of shown.entries()) {
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(bitsOf(code.replaceAll('-', ''))).toBeGreaterThanOrEqual(112)
    expect(recoveryHash(TypedCode.parse(` ${code.toLowerCase()} `))).toBe(hashes[at])
  }
})

it('a sign-in has 128 random bits or more', () => {
  expect(bitsOf(newId('SignInId').slice('I-'.length))).toBeGreaterThanOrEqual(128)
})
