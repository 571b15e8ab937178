import type { PersonId } from '@/lib/domain/ids'
import type { ProposalState } from '@/lib/domain/proposal'
import type { RuleProposal } from '@/lib/domain/rule-change'
import { canonicalJson } from '@/lib/trail/canonical'
import { expectOne, type Tx } from './commit'

type Decided = { by: PersonId; at: Date }

/** Stores a proposal: open, or with the decision of a single administrator. */
export async function insertProposal(
  tx: Tx,
  { change, seen, ...proposal }: RuleProposal,
  decided: Decided | null,
): Promise<void> {
  await tx.proposal.create({
    data: {
      ...proposal,
      kind: change.kind,
      payload: canonicalJson(change),
      seen: canonicalJson(seen),
      decidedBy: decided?.by ?? null,
      decided: decided?.at ?? null,
    },
  })
}

/** Answers a proposal once: it has to be open still, and inside its time. */
export async function answerProposal(
  tx: Tx,
  { id }: Pick<RuleProposal, 'id'>,
  state: ProposalState,
  { by, at }: Decided,
): Promise<void> {
  expectOne(
    await tx.proposal.updateMany({
      where: { id, state: 'open', answerBy: { gt: at } },
      data: { state, decidedBy: by, decided: at },
    }),
  )
}
