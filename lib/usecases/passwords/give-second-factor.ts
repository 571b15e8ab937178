import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { spendCode } from '@/lib/data/write-second-factors'
import { endSignInRow, insertSignIn } from '@/lib/data/write-sign-ins'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { TypedCode } from '@/lib/domain/second-factor'
import { admit, takeBack, throttled } from '@/lib/usecases/facts/attempts'
import type { SignedIn } from '@/lib/usecases/facts/opening'
import { factorFacts, matchCode, stepUp } from '@/lib/usecases/facts/second-factor'

export const GiveSecondFactor = z.object({ code: TypedCode })
export type GiveSecondFactor = z.infer<typeof GiveSecondFactor>

/** Gives the second factor of a sign-in that waits for it: a code of the app or a recovery code, each once. */
export async function giveSecondFactor(
  actor: Actor,
  act: Act,
  { code }: GiveSecondFactor,
): Promise<Result<SignedIn>> {
  const [facts, now] = await Promise.all([factorFacts(actor), databaseNow()])
  if (facts?.lacks !== 'code') return refusal('not_found')
  const { personId, name, tenantId } = actor
  const about = { tenantId, humanId: personId }
  const counted = [{ limit: 'code', of: personId }] as const
  const admission = await admit(counted)
  if (!admission.isAdmitted)
    return commit(act, throttled(admission, { ...about, data: { method: 'second factor' } }))
  const found = await matchCode(facts, code, now)
  if (!found) {
    const event = { type: 'sign_in.refused', outcome: 'refused', ...about } as const
    return commit(act, refused('wrong_code', { ...event, data: { method: 'second factor' } }))
  }
  await takeBack(counted)
  const row = stepUp(facts.signIn, now)
  const data = { method: 'password', secondFactor: found.kind }
  const event = { type: 'person.signed_in', outcome: 'done', ...about, data } as const
  const given = await commit(act, done({ personId, name, signInId: row.id }, event), async (tx) => {
    await spendCode(tx, personId, found, now)
    await endSignInRow(tx, facts.signIn.id, now)
    await insertSignIn(tx, row)
  })
  // The same code came twice in one moment.
  return given.ok ? given : refusal('wrong_code')
}
