import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { endDeputyship, findDeputyship } from '@/lib/data/deputies'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { deputyEvent } from '@/lib/domain/deputy'
import { DeputyId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const EndDeputy = z.object({ deputyshipId: DeputyId })
export type EndDeputy = z.infer<typeof EndDeputy>

/** Ends one's deputy before the days are over. What they signed until now stays signed. */
export async function endDeputy(
  actor: Actor,
  act: Act,
  { deputyshipId }: EndDeputy,
): Promise<Result<{ id: DeputyId }>> {
  const [deputyship, now] = await Promise.all([findDeputyship(actor.tenantId, deputyshipId), databaseNow()])
  if (!deputyship) return refusal('not_found')
  if (!may(actor, 'deputy.name') || deputyship.personId !== actor.personId)
    return commit<never>(act, refused('not_found', ruleAttempt(actor, 'deputy.end', 'not_found')))
  if (deputyship.ended || deputyship.until <= now) return refusal('deputy_over')
  return commit(act, done({ id: deputyshipId }, deputyEvent('deputy.ended', actor, deputyship)), (tx) =>
    endDeputyship(tx, deputyshipId, now),
  )
}
