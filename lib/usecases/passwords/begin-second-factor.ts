import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { replacePendingFactor } from '@/lib/data/write-second-factors'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { done, type Result, refusal } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import { newTotpSecret, totpForApp } from '@/lib/identity/totp'
import { factorFacts, sealFactor } from '@/lib/usecases/facts/second-factor'

export const BeginSecondFactor = z.object({})

/**
 * Makes the secret of a second factor and shows it, this once. It counts for nothing until it has shown a code. Who
 * has one already has to have given it in this sign-in.
 */
export async function beginSecondFactor(
  actor: Actor,
  act: Act,
): Promise<Result<{ uri: string; text: string }>> {
  const [facts, now] = await Promise.all([factorFacts(actor), databaseNow()])
  if (!facts || facts.lacks === 'code') return refusal('not_found')
  if (!isFresh(facts.signIn.started, now)) return refusal('not_fresh')
  const secret = newTotpSecret()
  const shown = totpForApp(secret, facts.holder.email)
  const sealed = sealFactor(actor.personId, secret)
  return commit(act, done(shown), (tx) => replacePendingFactor(tx, actor.personId, sealed))
}
