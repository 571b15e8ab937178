import { newId } from '@/lib/data/new-id'
import { findPasswordOf, type PasswordHolder } from '@/lib/data/passwords'
import { findSignIn, type SignInRecord } from '@/lib/data/people'
import { findSecondFactor, isRecoveryCode, type StoredFactor } from '@/lib/data/second-factors'
import type { Actor } from '@/lib/domain/access'
import type { PersonId } from '@/lib/domain/ids'
import { type GoodCode, heldRoles, isAppCode, type Lack } from '@/lib/domain/second-factor'
import { recoveryHash } from '@/lib/identity/recovery-codes'
import { stepOfCode } from '@/lib/identity/totp'
import { openSealed, sealFor } from './sealed'

export type FactorFacts = {
  signIn: SignInRecord
  holder: PasswordHolder
  stored: StoredFactor | null
  lacks: Lack | null
}

/** The sign-in in use with its person's second factor, or null for people who sign in without a password. */
export async function factorFacts({ personId, signInId }: Actor): Promise<FactorFacts | null> {
  const [signIn, holder, stored] = await Promise.all([
    findSignIn(signInId),
    findPasswordOf(personId),
    findSecondFactor(personId),
  ])
  if (!signIn || signIn.ended || !holder) return null
  const factors = { method: signIn.method, given: signIn.secondFactor, hasOne: Boolean(stored?.confirmed) }
  return { signIn, holder, stored, lacks: heldRoles(holder.roles, factors).lacks }
}

/**
 * The sign-in that takes the place of one whose second factor was given now. It has an id of its own, so that whoever
 * copied the cookie before has gained nothing. It began when the first did and ends when that would have: a code makes
 * no sign-in fresh.
 */
export const stepUp = (signIn: SignInRecord, now: Date): SignInRecord => ({
  ...signIn,
  id: newId('SignInId'),
  secondFactor: now,
})

/** A secret for the database: sealed, and bound to the person it is of. */
export const sealFactor = (personId: PersonId, secret: Uint8Array): string =>
  sealFor({ kind: 'second factor', id: personId }, secret)

/** The secret of a person. Throws when COUNTERSIGN_SECRET is not the one that sealed it. */
export function openFactor(personId: PersonId, sealed: string): Buffer {
  const secret = openSealed({ kind: 'second factor', id: personId, sealed })
  if (!secret) throw new Error('A second factor does not open with COUNTERSIGN_SECRET.')
  return secret
}

/** What a typed code is, when it is good now: of the app in use, or one of the recovery codes left. */
export async function matchCode(
  { holder, stored }: FactorFacts,
  code: string,
  now: Date,
): Promise<GoodCode | null> {
  const { personId } = holder
  if (!isAppCode(code)) {
    const hash = recoveryHash(code)
    return (await isRecoveryCode(personId, hash)) ? { kind: 'recovery code', hash } : null
  }
  if (!stored?.sealed) return null
  const { lastStep } = stored
  const step = stepOfCode(openFactor(personId, stored.sealed), code, { now, lastStep })
  return step === null ? null : { kind: 'app', step }
}
