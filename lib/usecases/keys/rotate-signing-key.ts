import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { writeKeyPlan } from '@/lib/data/signing-keys'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ChangeReason } from '@/lib/domain/agent-change'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import { planEvents, planRotation } from '@/lib/domain/signing-key'
import { keyFacts } from '../facts/signing-keys'

export const RotateSigningKey = z.object({ reason: ChangeReason })
export type RotateSigningKey = z.infer<typeof RotateSigningKey>

/** Has the next key sign from now on. What the key before signed stays good until it ends by itself. */
export async function rotateSigningKey(
  actor: Actor,
  act: Act,
  { reason }: RotateSigningKey,
): Promise<Result<{ kid: string }>> {
  if (!may(actor, 'key.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'key.rotate', 'not_allowed')))
  const { keys, made, now } = await keyFacts()
  if (!isFresh(actor.signedInAt, now))
    return commit<never>(act, refused('not_fresh', ruleAttempt(actor, 'key.rotate', 'not_fresh')))
  const plan = planRotation(keys, now)
  if (!plan) return refusal('key_too_new')
  const { tenantId, personId: humanId } = actor
  const by = { tenantId, humanId, ...(reason ? { texts: { reason } } : {}) }
  const kid = plan.moves.find(({ to }) => to === 'active')?.kid ?? ''
  const outcome = done({ kid }, ...planEvents(plan, { made: made.kid, because: 'ordered', by }))
  return commit(act, outcome, (tx) => writeKeyPlan(tx, plan, { made, now }))
}
