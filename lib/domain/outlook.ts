import { countedApprovals, everSignersOf, sameStage, takingPart, type Votable } from './approval'
import type { PersonId, TenantId } from './ids'
import type { Stage } from './stages'

export type StageOutlook = 'closed' | 'signable' | 'stuck'

/** How a stage stands, or would stand without somebody: signed, still to be signed, or too few left to sign it. */
export function stageOutlook(
  stage: Stage,
  votable: Omit<Votable, 'stages' | 'requestId' | 'agentId' | 'tenantId'>,
  without?: PersonId,
): StageOutlook {
  const counted = countedApprovals(stage, votable).filter((person) => person !== without)
  if (counted.length >= stage.quorum) return 'closed'
  const voted = votable.votes.filter((vote) => vote.version === votable.version && sameStage(vote, stage))
  const left = everSignersOf(stage, votable).filter(
    (person) => person !== without && !voted.some((vote) => takingPart(vote).includes(person)),
  )
  return counted.length + left.length >= stage.quorum ? 'signable' : 'stuck'
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
