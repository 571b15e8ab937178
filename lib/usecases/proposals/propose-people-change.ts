import { commit } from '@/lib/data/commit'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { PeopleChange } from '@/lib/domain/people-change'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refused } from '@/lib/domain/result'
import { type Proposed, prepareProposal } from '../facts/propose'

export const ProposePeopleChange = PeopleChange

/** Proposes a change of people, roles or groups to the other administrators. */
export async function proposePeopleChange(
  actor: Actor,
  act: Act,
  change: PeopleChange,
): Promise<Result<Proposed>> {
  if (!may(actor, 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'proposal.make', 'not_allowed')))
  const prepared = await prepareProposal(actor, change)
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}
