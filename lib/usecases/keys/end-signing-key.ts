import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { writeKeyPlan } from '@/lib/data/signing-keys'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ChangeReason } from '@/lib/domain/agent-change'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import { planEnd, planEvents } from '@/lib/domain/signing-key'
import { keyFacts } from '../facts/signing-keys'

export const EndSigningKey = z.object({ kid: z.string().max(256), reason: ChangeReason })
export type EndSigningKey = z.infer<typeof EndSigningKey>

/**
 * Ends a key at once, for one that somebody else may hold: it is published no more, and tokens and mandates it signed are
 * refused from the commit on. Another takes its place where it signed or was next. It waits for nobody.
 */
export async function endSigningKey(
  actor: Actor,
  act: Act,
  { kid, reason }: EndSigningKey,
): Promise<Result<{ kid: string }>> {
  if (!may(actor, 'key.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'key.end', 'not_allowed')))
  const { keys, made, now } = await keyFacts()
  if (!isFresh(actor.signedInAt, now))
    return commit<never>(act, refused('not_fresh', ruleAttempt(actor, 'key.end', 'not_fresh')))
  const plan = planEnd(keys, kid)
  if (!plan) return refusal('not_found')
  const { tenantId, personId: humanId } = actor
  const by = { tenantId, humanId, ...(reason ? { texts: { reason } } : {}) }
  const outcome = done({ kid }, ...planEvents(plan, { made: made.kid, because: 'ordered', by }))
  return commit(act, outcome, (tx) => writeKeyPlan(tx, plan, { made, now }))
}
