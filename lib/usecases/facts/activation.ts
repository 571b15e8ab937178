import type { Tx } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import type { PeopleProposal } from '@/lib/data/proposals'
import { holdAdministrators, writePeopleChange } from '@/lib/data/write-people'
import type { TrailEvent } from '@/lib/domain/events'
import type { PersonId } from '@/lib/domain/ids'
import type { Effect } from '@/lib/domain/people-change'
import { changeEvents } from '@/lib/domain/people-events'
import { answeredEvent } from '@/lib/domain/proposal'
import type { Weighed } from './people-change'

type Activating = {
  proposal: PeopleProposal
  effect: Effect
  weighed: Weighed
  by: PersonId
  isAlone: boolean
}

/** What the trail remembers when a proposed change comes into force. */
export const activationEvents = ({ proposal, effect, weighed, by, isAlone }: Activating): TrailEvent[] => [
  answeredEvent(by, 'activate', proposal, isAlone),
  ...changeEvents(
    proposal.change,
    effect,
    { group: weighed.facts.group?.slug, votes: weighed.votes },
    { tenantId: proposal.tenantId, by, proposal: proposal.id, isAlone },
  ),
]

/** Puts it in force: over the administrators it was decided with, the proposal as it was read, and its subject. */
export async function writeActivation(
  tx: Tx,
  { proposal, effect, weighed, by }: Activating,
  writeProposal: () => Promise<void>,
): Promise<void> {
  const { tenantId, change } = proposal
  await holdAdministrators(tx, tenantId, weighed.facts.administrators)
  await writeProposal()
  await writePeopleChange(tx, change, { tenantId, effect, groupId: newId('GroupId'), by, now: weighed.now })
}
