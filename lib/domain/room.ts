import { type Ballot, countedVotesIn, everSignersOf, sameStage, takingPart } from './approval'
import type { PersonId } from './ids'
import { quorumWith } from './quorum'
import type { Stage } from './stages'

/** What a stage is left with after a signature: places to fill, and people who could still fill one. */
export type Room = { places: number; people: number }

type Signature = { personId: PersonId; deputyFor: PersonId | null; sameDevice: boolean }

/**
 * The room that a yes leaves. One human fills one place, so whoever signs for another takes two people for one place. A
 * version holds one signature a stage from each person, whether it counts or not.
 */
export function roomAfter(stage: Stage, votable: Ballot, by: Signature): Room {
  const counted = countedVotesIn(stage, votable)
  const taken = new Set(takingPart(by))
  for (const vote of votable.votes)
    if (vote.version === votable.version && sameStage(vote, stage))
      for (const person of takingPart(vote)) taken.add(person)
  const places = quorumWith(stage, [...counted, by]) - counted.length - 1
  const people = everSignersOf(stage, votable).filter((person) => !taken.has(person)).length
  return { places: Math.max(0, places), people }
}
