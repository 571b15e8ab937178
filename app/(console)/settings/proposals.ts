import type { ShownProposal } from '@/components/people/proposals-part'
import { listPersonNames } from '@/lib/data/people'
import { listOpenProposals } from '@/lib/data/proposals'
import { type Actor, may } from '@/lib/domain/access'
import { subjectOf } from '@/lib/domain/change-name'
import { answerProblem, type ProposalAnswer } from '@/lib/domain/proposal'
import { REFUSALS, type RefusalCode } from '@/lib/domain/refusals'
import type { RuleProposal } from '@/lib/domain/rule-change'
import { registrationImpact } from '@/lib/usecases/facts/registration-impact'
import { weighRuleChange } from '@/lib/usecases/facts/rule-change'
import { serverImpact } from '@/lib/usecases/facts/server-impact'

/** What waits for an answer, with what each would change as things are now and what this person may answer. */
export async function shownProposals(actor: Actor, now: Date): Promise<ShownProposal[]> {
  const proposals = await listOpenProposals(actor.tenantId, now)
  const names = await listPersonNames(proposals.map(({ proposedBy }) => proposedBy))
  return Promise.all(
    proposals.map((proposal) => shownProposal(actor, proposal, names.get(proposal.proposedBy))),
  )
}

async function shownProposal(
  actor: Actor,
  proposal: RuleProposal,
  name: string | undefined,
): Promise<ShownProposal> {
  const { effect, facts, now, gainers } = await weighRuleChange(actor.tenantId, proposal.change)
  const problemOf = (answer: ProposalAnswer): RefusalCode | null =>
    may(actor, 'proposal.decide')
      ? (answerProblem(actor.personId, answer, proposal, { ...facts, now }) ??
        (answer === 'activate' && gainers.includes(actor.personId) ? 'own_gain' : null))
      : 'not_allowed'
  const common = {
    id: proposal.id,
    by: name ?? proposal.proposedBy,
    answerBy: proposal.answerBy,
    impact: [
      ...(await serverImpact(actor, proposal.change, now)),
      ...(await registrationImpact(actor, proposal.change, now)),
    ],
    may: {
      activate: effect.ok && problemOf('activate') === null,
      reject: problemOf('reject') === null,
      withdraw: problemOf('withdraw') === null,
    },
  }
  if (!effect.ok) {
    const problem = REFUSALS[effect.refusal.code].says
    const of = subjectOf(proposal.change, facts)
    return { ...common, of, before: proposal.seen, after: 'cannot be made', was: null, shown: 0, problem }
  }
  const { of, before, after, rev } = effect.value
  const code = problemOf('activate')
  const says = code && SAID.includes(code) ? REFUSALS[code].says : null
  return {
    ...common,
    ...{ of, before, after, shown: rev, problem: says },
    was: proposal.seen === before ? null : proposal.seen,
  }
}

/** What is worth saying beside a proposal that this person cannot activate. */
const SAID: readonly RefusalCode[] = ['own_gain', 'proposer_gone']
