import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { insertDeputy, listOverlapping } from '@/lib/data/deputies'
import { listGroups } from '@/lib/data/groups'
import { newId } from '@/lib/data/new-id'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { deputyEvent, NameDeputy, namingProblem } from '@/lib/domain/deputy'
import type { DeputyId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { whoCanSign } from '@/lib/domain/who-is-asked'

export { NameDeputy }

/** Names somebody of the same group to sign in one's place for some days. Both stay who they are in the signature. */
export async function nameDeputy(
  actor: Actor,
  act: Act,
  input: NameDeputy,
): Promise<Result<{ id: DeputyId }>> {
  const attempt = (code: Parameters<typeof ruleAttempt>[2]) => ruleAttempt(actor, 'deputy.name', code)
  if (!may(actor, 'deputy.name')) return commit<never>(act, refused('not_allowed', attempt('not_allowed')))
  const { personId, tenantId } = actor
  const [groupId, deputyId] = input.deputy
  const { from, until } = input
  const [groups, others, now] = await Promise.all([
    listGroups(tenantId),
    listOverlapping({ tenantId, groupId, from, until }),
    databaseNow(),
  ])
  const group = groups.find(({ id }) => id === groupId)
  if (!group) return refusal('not_found')
  const problem = namingProblem(personId, input, { inGroup: whoCanSign(group.members), others, now })
  if (problem) return commit<never>(act, refused(problem, attempt(problem)))
  const id = newId('DeputyId')
  const deputyship = { id, tenantId, groupId, stage: group.slug, personId, deputyId, from, until }
  return commit(act, done({ id }, deputyEvent('deputy.named', actor, deputyship)), (tx) =>
    insertDeputy(tx, { ...deputyship, named: now, ended: null }),
  )
}
