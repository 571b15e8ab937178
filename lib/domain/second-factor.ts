import { z } from 'zod'
import type { Role } from './access'
import type { SignInMethod } from './sign-in'

/** Roles that a password alone does not open. */
const GUARDED: readonly Role[] = ['approver', 'administrator']

export type Factors = {
  method: SignInMethod
  /** When the second factor of this sign-in was given. */
  given: Date | null
  /** Whether the person has set one up. */
  hasOne: boolean
}

/** What a sign-in still lacks: the code of a second factor that is there, or one to be set up. */
export type Lack = 'code' | 'set_up'

/**
 * What a sign-in may be used for. An identity provider asks for as many factors as it sees fit; a password is one. Who
 * has set up a second factor is nobody without it, and who has none holds no guarded role.
 */
export function heldRoles(roles: readonly Role[], factors: Factors): { roles: Role[]; lacks: Lack | null } {
  if (factors.method !== 'password' || factors.given) return { roles: [...roles], lacks: null }
  if (factors.hasOne) return { roles: [], lacks: 'code' }
  const open = roles.filter((role) => !GUARDED.includes(role))
  return { roles: open, lacks: open.length < roles.length ? 'set_up' : null }
}

/** Setting up or replacing a second factor, and choosing another password, takes a sign-in this fresh. */
export const FRESH_SECONDS = 15 * 60

export const isFresh = (signedInAt: Date, now: Date): boolean =>
  now.getTime() - signedInAt.getTime() <= FRESH_SECONDS * 1000

const DIGITS = /^\d{6}$/

/** What is typed as second factor: a code of the app, or a recovery code, spaces and dashes as one likes. */
export const TypedCode = z
  .string({ error: 'Type the code.' })
  .max(64, 'This is longer than a code can be.')
  .transform((text) => text.replace(/[\s-]/g, '').toUpperCase())
  .refine((text) => text.length > 0, 'Type the code.')

export const isAppCode = (code: string): boolean => DIGITS.test(code)

/** A code that was found good. It is worth something once: whoever goes by it spends it. */
export type GoodCode = { kind: 'app'; step: number } | { kind: 'recovery code'; hash: string }
