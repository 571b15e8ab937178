import { findProposal } from '@/lib/data/proposals'
import type { Actor } from '@/lib/domain/access'
import type { Result } from '@/lib/domain/result'
import type { Proposed } from '@/lib/usecases/facts/propose'
import { weighRuleChange } from '@/lib/usecases/facts/rule-change'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { addActor } from './administrators'
import { actOf, yes } from './demo'
import type { TestWorld } from './world'

/** Two who have to agree: what the first proposes the second activates, over what is shown then. */
export async function twoAdministrators(world: TestWorld) {
  const first = await addActor(world, 'First')
  const second = await addActor(world, 'Second')
  async function activate(proposed: Result<Proposed>, by: Actor = second) {
    const { proposalId } = yes(proposed)
    const proposal = await findProposal(world.tenantId, proposalId)
    if (!proposal) throw new Error('It was not stored.')
    const { effect } = await weighRuleChange(world.tenantId, proposal.change)
    return activateProposal(by, actOf(by), { proposalId, shown: yes(effect).rev })
  }
  return {
    first,
    second,
    activate,
    agree: async (proposed: Result<Proposed>) => yes(await activate(proposed)),
  }
}
export type TwoAdministrators = Awaited<ReturnType<typeof twoAdministrators>>
