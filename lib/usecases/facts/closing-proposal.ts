import { databaseNow } from '@/lib/data/clock'
import { listAdministrators } from '@/lib/data/person-states'
import { findProposal } from '@/lib/data/proposals'
import { type Actor, may } from '@/lib/domain/access'
import type { ProposalId } from '@/lib/domain/ids'
import { answeredEvent, answerProblem, type ProposalAnswer, ruleAttempt } from '@/lib/domain/proposal'
import { done, type Outcome, refused } from '@/lib/domain/result'
import type { RuleProposal } from '@/lib/domain/rule-change'

type Closing = {
  proposal: RuleProposal
  outcome: Outcome<{ proposalId: ProposalId }>
  now: Date
}

/** What it comes to when this person closes a proposal without putting it in force. Null: there is none. */
export async function gatherClosing(
  actor: Actor,
  proposalId: ProposalId,
  answer: Exclude<ProposalAnswer, 'activate'>,
): Promise<Closing | null> {
  const [proposal, administrators, now] = await Promise.all([
    findProposal(actor.tenantId, proposalId),
    listAdministrators(actor.tenantId),
    databaseNow(),
  ])
  if (!proposal) return null
  const problem = may(actor, 'proposal.decide')
    ? answerProblem(actor.personId, answer, proposal, { administrators, now })
    : 'not_allowed'
  const outcome: Closing['outcome'] = problem
    ? refused(problem, ruleAttempt(actor, `proposal.${answer}`, problem))
    : done({ proposalId }, answeredEvent(actor.personId, answer, proposal))
  return { proposal, outcome, now }
}
