import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findVisibleGrant } from '@/lib/data/grants'
import { endGrantRow } from '@/lib/data/write-grants'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { type Ended, endGrant } from '@/lib/domain/grant'
import { GrantId } from '@/lib/domain/ids'
import { attemptOf } from '@/lib/domain/request-record'
import { type Result, refusal, refused } from '@/lib/domain/result'

export const CompleteGrant = z.object({ grantId: GrantId })

/** The requester or an owner of the agent says the task is done. Everything below the grant ends. */
export async function completeGrant(
  actor: Actor,
  act: Act,
  input: z.infer<typeof CompleteGrant>,
): Promise<Result<Ended>> {
  const [found, now] = await Promise.all([findVisibleGrant(actor, input.grantId), databaseNow()])
  if (!found) return refusal('not_found')
  const isTheirs = [found.request.requester.id, ...found.request.agent.owners].includes(actor.personId)
  if (!isTheirs)
    return commit<never>(act, refused('not_found', attemptOf(actor, found.request, 'grant.complete')))
  const outcome = endGrant(actor, found, 'completed', { reason: null, now })
  const { result } = outcome
  if (!result.ok) return result
  const { request, grant } = found
  const written = await commit(act, outcome, (tx) => endGrantRow(tx, grant.id, result.value))
  return written.ok ? { ok: true, value: { grantId: grant.id, requestId: request.id } } : written
}
