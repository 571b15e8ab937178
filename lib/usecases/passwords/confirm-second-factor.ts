import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { confirmFactor } from '@/lib/data/write-second-factors'
import { endSignInRow, endSignInsOf, insertSignIn } from '@/lib/data/write-sign-ins'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Result, refusal } from '@/lib/domain/result'
import { isFresh, TypedCode } from '@/lib/domain/second-factor'
import { newRecoveryCodes } from '@/lib/identity/recovery-codes'
import { stepOfCode } from '@/lib/identity/totp'
import type { SignedIn } from '@/lib/usecases/facts/opening'
import { factorFacts, openFactor, stepUp } from '@/lib/usecases/facts/second-factor'

export const ConfirmSecondFactor = z.object({ code: TypedCode })
export type ConfirmSecondFactor = z.infer<typeof ConfirmSecondFactor>

type Confirmed = { signedIn: SignedIn; recoveryCodes: string[] }

/**
 * Puts the second factor that was begun into use: its app has shown a code. The recovery codes are shown this once,
 * earlier ones are void, and so is every other sign-in. The one in use goes on under another id.
 */
export async function confirmSecondFactor(
  actor: Actor,
  act: Act,
  { code }: ConfirmSecondFactor,
): Promise<Result<Confirmed>> {
  const [facts, now] = await Promise.all([factorFacts(actor), databaseNow()])
  const pending = facts?.stored?.pending
  if (!facts || !pending || facts.lacks === 'code') return refusal('not_found')
  if (!isFresh(facts.signIn.started, now)) return refusal('not_fresh')
  const { personId, name, tenantId } = actor
  const step = stepOfCode(openFactor(personId, pending), code, { now, lastStep: 0 })
  if (step === null) return refusal('wrong_code', { fields: { code: 'This code is not right.' } })
  const recovery = newRecoveryCodes()
  const row = stepUp(facts.signIn, now)
  const value = { signedIn: { personId, name, signInId: row.id }, recoveryCodes: recovery.shown }
  const event = { type: 'second_factor.set_up', outcome: 'done', tenantId, humanId: personId } as const
  return commit(act, done(value, event), async (tx) => {
    const made = { confirmed: now, lastStep: step, recoveryHashes: recovery.hashes }
    await confirmFactor(tx, personId, pending, made)
    await endSignInRow(tx, facts.signIn.id, now)
    await endSignInsOf(tx, { personId }, now)
    await insertSignIn(tx, row)
  })
}
