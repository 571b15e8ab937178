import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { hasInvitation } from '@/lib/data/links'
import { deleteInvitation } from '@/lib/data/write-links'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { Email } from '@/lib/domain/password'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const WithdrawInvitation = z.object({ email: Email })
export type WithdrawInvitation = z.infer<typeof WithdrawInvitation>

/** Takes an invitation back that nobody has followed yet: its link is worthless from that commit on. */
export async function withdrawInvitation(
  actor: Actor,
  act: Act,
  { email }: WithdrawInvitation,
): Promise<Result<{ email: string }>> {
  const { tenantId, personId } = actor
  if (!may(actor, 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'person.uninvite', 'not_allowed')))
  if (!(await hasInvitation(tenantId, email))) return refusal('not_found')
  const event = {
    type: 'person.uninvited',
    outcome: 'done',
    tenantId,
    humanId: personId,
    texts: { email },
  } as const
  return commit(act, done({ email }, event), (tx) => deleteInvitation(tx, { tenantId, email }))
}
