import { describe, expect, test } from 'vitest'
import { type EngineInput, sealInput } from '@/lib/policy/input'
import fc from '@/tests/harness/fast-check'

const inputWith = (attrs: Record<string, unknown>) =>
  ({
    action: { id: 'ticket:read', type: 'Action' },
    context: { approvals: [] },
    entities: [{ attrs, parents: [], uid: { id: 'A1', type: 'Agent' } }],
    principal: { id: 'A1', type: 'Agent' },
    resource: { id: 'r', type: 'Resource' },
  }) as unknown as EngineInput

const isRefused = (value: unknown, name = 'value') => 'problem' in sealInput(inputWith({ [name]: value }))

describe('what the engine must not see', () => {
  test.each([0.5, 1e21, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY, '\ud800', 'a\u0000b'])(
    '%j, alone, in a list and under a name',
    (value) => {
      expect(isRefused(value)).toBe(true)
      expect(isRefused([1, value])).toBe(true)
      expect(isRefused({ inner: { value } })).toBe(true)
      if (typeof value === 'string') expect(isRefused(1, value)).toBe(true)
    },
  )

  test('what only looks like it is let through', () => {
    for (const value of [
      '\\u0000',
      'null',
      ':0.5',
      ',12345678901234567',
      '"',
      2 ** 53 - 1,
      -(2 ** 53) + 1,
      -0,
    ])
      expect(isRefused(value), String(value)).toBe(false)
  })

  test('every number outside whole numbers of 53 bits, and no other', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (value) => {
        expect(isRefused(value)).toBe(!Number.isSafeInteger(value))
        expect(isRefused([value, value])).toBe(!Number.isSafeInteger(value))
      }),
    )
  })
})
