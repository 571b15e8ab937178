import type { Actor } from './access'
import {
  countedApprovals,
  exclusionOf,
  FRESH_SIGN_IN_SECONDS,
  isStageClosed,
  openStages,
  sameStage,
  seatsIn,
  takingPart,
  type Votable,
} from './approval'
import type { DeputyId, PersonId, TenantId } from './ids'
import type { RefusalCode } from './refusals'
import { isEscalated } from './stage-clock'
import type { Stage } from './stages'

/** Whom somebody may sign for now: in which groups, and since when that is so. */
export type Standing = {
  personId: PersonId
  in: readonly { id: DeputyId; tenantId: TenantId; stage: string; named: Date }[]
}

/** The place somebody would sign from: a stage, the group it escalated to if that is theirs, whom they stand for. */
export type Place = {
  stage: Stage
  escalatedTo: string | null
  deputyFor: PersonId | null
  deputyship: DeputyId | null
}

type Asking = {
  actor: Pick<Actor, 'personId' | 'signedInAt'>
  votable: Votable
  now: Date
  standing: Standing | null
}

const peopleAsking = ({ actor, standing }: Asking) =>
  takingPart({ personId: actor.personId, deputyFor: standing?.personId ?? null })

// A deputy stands in the stage of a group both sat in when it was agreed, and still do.
function deputyshipIn(stage: Stage, asking: Asking): DeputyId | null {
  const found = asking.standing?.in.find((one) => one.tenantId === stage.tenantId && one.stage === stage.name)
  const seats = seatsIn(stage.name, stage, asking.votable)
  const isSeated = (person: PersonId) =>
    seats.some(({ personId, added }) => personId === person && found !== undefined && added <= found.named)
  return found && peopleAsking(asking).every(isSeated) ? found.id : null
}

/** From where in this stage these people may sign at this time, or null. */
function placeIn(stage: Stage, asking: Asking): Place | null {
  const { actor, votable, now, standing } = asking
  const isIn = (group: string) =>
    seatsIn(group, stage, votable).some(({ personId }) => personId === actor.personId)
  const own = { stage, escalatedTo: null, deputyFor: null, deputyship: null }
  if (standing) {
    const deputyship = deputyshipIn(stage, asking)
    return deputyship && { ...own, deputyFor: standing.personId, deputyship }
  }
  if (isIn(stage.name)) return own
  const to = isEscalated(stage, now) ? stage.escalate?.to : undefined
  return to !== undefined && isIn(to) ? { ...own, escalatedTo: to } : null
}

const isMember = (person: PersonId, stage: Stage, { votable, now }: Asking) =>
  votable.memberships.some(
    (member) =>
      member.personId === person &&
      member.tenantId === stage.tenantId &&
      (member.stage === stage.name || (member.stage === stage.escalate?.to && isEscalated(stage, now))),
  )

/** The stage this person would sign next, for themselves or as a deputy, or why they cannot. */
export function stageToSign(
  actor: Pick<Actor, 'personId' | 'signedInAt'>,
  votable: Votable,
  now: Date,
  standing: Standing | null = null,
): Place | { code: RefusalCode } {
  const asking = { actor, votable, now, standing }
  const excluded = exclusionOf(actor.personId, votable.exclusions)
  if (excluded) return { code: excluded }
  if (standing && exclusionOf(standing.personId, votable.exclusions)) return { code: 'represented_excluded' }
  const mine = votable.stages.filter((stage) => isMember(actor.personId, stage, asking))
  if (mine.length === 0) return { code: 'not_in_stage' }
  const places = mine.flatMap((stage) => placeIn(stage, asking) ?? [])
  if (places.length === 0) return { code: standing ? 'not_deputy' : 'self_given_role' }
  return nextOf(places, asking)
}

function nextOf(places: readonly Place[], asking: Asking): Place | { code: RefusalCode } {
  const { actor, votable, now } = asking
  const people = peopleAsking(asking)
  // A version holds one signature a stage from each person, whether it counts or not.
  const partsIn = (stage: Stage) =>
    votable.votes.filter(
      (vote) =>
        vote.version === votable.version &&
        sameStage(vote, stage) &&
        takingPart(vote).some((person) => people.includes(person)),
    )
  const waiting = places.filter(({ stage }) => !isStageClosed(stage, votable))
  const unsigned = waiting.filter(({ stage }) => partsIn(stage).length === 0)
  if (unsigned.length === 0) {
    const counts = (stage: Stage) => {
      const signers = countedApprovals(stage, votable)
      return partsIn(stage).some(({ personId }) => signers.includes(personId))
    }
    const fallen = waiting.filter(({ stage }) => !counts(stage))
    if (fallen.length === 0) return { code: 'already_voted' }
    const without = fallen.some(({ stage }) => counts({ ...stage, passkey: false }))
    return { code: without ? 'signed_without_passkey' : 'earlier_seat' }
  }
  const open = openStages(votable)
  const place = unsigned.find(({ stage }) => open.includes(stage))
  if (!place) return { code: 'stage_not_open' }
  const isFresh = now.getTime() - actor.signedInAt.getTime() <= FRESH_SIGN_IN_SECONDS * 1000
  return isFresh ? place : { code: 'stale_sign_in' }
}
