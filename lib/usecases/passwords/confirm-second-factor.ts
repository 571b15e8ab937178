import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { confirmFactor, spendCode } from '@/lib/data/write-second-factors'
import { endSignInRow, endSignInsOf, insertSignIn } from '@/lib/data/write-sign-ins'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Outcome, type Result, refusal, refused } from '@/lib/domain/result'
import { type GoodCode, isFresh, TypedCode } from '@/lib/domain/second-factor'
import { newRecoveryCodes } from '@/lib/identity/recovery-codes'
import { stepOfCode } from '@/lib/identity/totp'
import { admit, takeBack, throttled } from '@/lib/usecases/facts/attempts'
import type { SignedIn } from '@/lib/usecases/facts/opening'
import {
  type FactorFacts,
  factorFacts,
  matchCode,
  openFactor,
  sealFactor,
  stepUp,
} from '@/lib/usecases/facts/second-factor'

export const ConfirmSecondFactor = z.object({ code: TypedCode, present: TypedCode.optional() })
export type ConfirmSecondFactor = z.infer<typeof ConfirmSecondFactor>

type Confirmed = { signedIn: SignedIn; recoveryCodes: string[] }

/**
 * Puts the second factor that was begun into use: its app has shown a code. Who has one already gives a code of that
 * as well, so that a copied cookie replaces nothing. The recovery codes are shown this once, earlier ones are void, and
 * so is every other sign-in. The one in use goes on under another id.
 */
export async function confirmSecondFactor(
  actor: Actor,
  act: Act,
  { code, present }: ConfirmSecondFactor,
): Promise<Result<Confirmed>> {
  const [facts, now] = await Promise.all([factorFacts(actor), databaseNow()])
  const pending = facts?.stored?.pending
  if (!facts || !pending || facts.lacks === 'code') return refusal('not_found')
  if (!isFresh(facts.signIn.started, now)) return refusal('not_fresh')
  const { personId, name, tenantId } = actor
  const secret = openFactor(personId, pending)
  const step = stepOfCode(secret, code, { now, lastStep: 0 })
  if (step === null) return refusal('wrong_code', { fields: { code: 'This code is not right.' } })
  const shown = await showPresent(facts, present, now)
  if (!shown.result.ok) return commit(act, refused(shown.result.refusal, ...shown.events))
  const { good } = shown.result.value
  const recovery = newRecoveryCodes()
  const row = stepUp(facts.signIn, now)
  const value = { signedIn: { personId, name, signInId: row.id }, recoveryCodes: recovery.shown }
  const event = { type: 'second_factor.set_up', outcome: 'done', tenantId, humanId: personId } as const
  return commit(act, done(value, event), async (tx) => {
    if (good) await spendCode(tx, personId, good, now)
    const sealed = sealFactor(personId, secret)
    const made = { sealed, confirmed: now, lastStep: step, recoveryHashes: recovery.hashes }
    await confirmFactor(tx, personId, pending, made)
    await endSignInRow(tx, facts.signIn.id, now)
    await endSignInsOf(tx, { personId }, now)
    await insertSignIn(tx, row)
  })
}

// Counted as where the code of a sign-in is given: whoever guesses has the attempts of one place, not of two.
async function showPresent(
  facts: FactorFacts,
  present: string | undefined,
  now: Date,
): Promise<Outcome<{ good: GoodCode | null }>> {
  if (!facts.stored?.confirmed) return done({ good: null })
  if (!present) return refused({ code: 'invalid', fields: { present: 'Type the code.' } })
  const { personId, tenantId } = facts.holder
  const about = { tenantId, humanId: personId, data: { method: 'second factor' } }
  const counted = [{ limit: 'code', of: personId }] as const
  const admission = await admit(counted)
  if (!admission.isAdmitted) return throttled(admission, about)
  const good = await matchCode(facts, present, now)
  if (!good) {
    const fields = { present: 'This code is not right, or it was used before.' }
    return refused({ code: 'wrong_code', fields }, { type: 'sign_in.refused', outcome: 'refused', ...about })
  }
  await takeBack(counted)
  return done({ good })
}
