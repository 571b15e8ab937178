import { describe, expect, it } from 'vitest'
import { heldRoles, isAppCode, isFresh, TypedCode } from '@/lib/domain/second-factor'

const now = new Date('2026-11-25T09:00:00Z')
const ALL = ['requester', 'approver', 'auditor', 'administrator'] as const
const password = { method: 'password', given: null, hasOne: false } as const

describe('what a sign-in holds', () => {
  it.each(['oidc', 'demo'] as const)('is everything with %s', (method) => {
    expect(heldRoles(ALL, { ...password, method })).toEqual({ roles: [...ALL], lacks: null })
  })

  it('is everything with a password and a second factor', () => {
    expect(heldRoles(ALL, { method: 'password', given: now, hasOne: true })).toEqual({
      roles: [...ALL],
      lacks: null,
    })
  })

  it('is neither approver nor administrator with a password alone', () => {
    expect(heldRoles(ALL, password)).toEqual({ roles: ['requester', 'auditor'], lacks: 'set_up' })
    expect(heldRoles(['administrator'], password)).toEqual({ roles: [], lacks: 'set_up' })
  })

  it('lacks nothing when no role asks for more', () => {
    expect(heldRoles(['requester', 'auditor'], password)).toEqual({
      roles: ['requester', 'auditor'],
      lacks: null,
    })
  })

  it('is nothing when the second factor is there and was not given', () => {
    expect(heldRoles(['requester'], { ...password, hasOne: true })).toEqual({ roles: [], lacks: 'code' })
  })
})

it('is fresh for 15 minutes', () => {
  expect(isFresh(new Date('2026-11-25T08:45:00Z'), now)).toBe(true)
  expect(isFresh(new Date('2026-11-25T08:44:59Z'), now)).toBe(false)
})

it('reads a code however it is typed', () => {
  expect(TypedCode.parse(' 123 456 ')).toBe('123456')
  expect(TypedCode.parse('k7xq-22ab-9d0e-pp4m')).toBe('K7XQ22AB9D0EPP4M')
  expect(TypedCode.safeParse(' - ').success).toBe(false)
  expect(isAppCode('123456')).toBe(true)
  expect(isAppCode('1234567')).toBe(false)
})
