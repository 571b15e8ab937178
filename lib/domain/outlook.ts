import { type Ballot, countedVotesIn, everSignersOf, sameStage, takingPart, type Votable } from './approval'
import type { PersonId, TenantId } from './ids'
import { quorumWith } from './quorum'
import type { Stage } from './stages'

export type StageOutlook = 'closed' | 'signable' | 'stuck'

/** How a stage stands, or would stand without somebody: signed, still to be signed, or too few left to sign it. */
export function stageOutlook(stage: Stage, votable: Ballot, without?: PersonId): StageOutlook {
  const counted = countedVotesIn(stage, votable).filter(({ personId }) => personId !== without)
  const quorum = quorumWith(stage, counted)
  if (counted.length >= quorum) return 'closed'
  const voted = votable.votes.filter((vote) => vote.version === votable.version && sameStage(vote, stage))
  const left = everSignersOf(stage, votable).filter(
    (person) => person !== without && !voted.some((vote) => takingPart(vote).includes(person)),
  )
  return counted.length + left.length >= quorum ? 'signable' : 'stuck'
}

/** What waits for a group, and how much of it nobody could sign, as it is or without somebody. */
export function groupOutlook(
  group: { tenantId: TenantId; slug: string },
  waiting: readonly Votable[],
  without?: PersonId,
): { waiting: number; stuck: number } {
  const outlooks = waiting.flatMap((votable) =>
    votable.stages
      .filter(({ name, tenantId }) => name === group.slug && tenantId === group.tenantId)
      .map((stage) => stageOutlook(stage, votable, without)),
  )
  return {
    waiting: outlooks.filter((outlook) => outlook !== 'closed').length,
    stuck: outlooks.filter((outlook) => outlook === 'stuck').length,
  }
}
