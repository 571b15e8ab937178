import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { HoursChange } from '@/lib/domain/hours-change'
import { PeopleChange } from '@/lib/domain/people-change'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refused } from '@/lib/domain/result'
import { type Proposed, prepareProposal } from '../facts/propose'

/** A webhook is proposed with its address, which is kept elsewhere: it has a use case of its own. */
export const ProposeRuleChange = z.discriminatedUnion('kind', [...PeopleChange.options, HoursChange])
export type ProposeRuleChange = z.infer<typeof ProposeRuleChange>

/** Proposes a change of people, roles, groups or working hours to the other administrators. */
export async function proposeRuleChange(
  actor: Actor,
  act: Act,
  change: ProposeRuleChange,
): Promise<Result<Proposed>> {
  if (!may(actor, change.kind === 'hours.set' ? 'hours.change' : 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'proposal.make', 'not_allowed')))
  const prepared = await prepareProposal(actor, change)
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}
