import type { AgentId, PersonId, RequestId, TenantId } from './ids'
import { quorumWith } from './quorum'
import type { RefusalCode } from './refusals'
import { isEscalated, SIGNATURE_WAITS_SECONDS } from './stage-clock'
import type { Stage } from './stages'
import type { Cut } from './terms'

/** One person's signed yes or no in a stage of one version of a request. */
export type Vote = {
  personId: PersonId
  tenantId: TenantId
  stage: string
  version: number
  verdict: 'approve' | 'deny'
  signed: Date
  /** What it took away from what was asked, or null when it said yes to all of it. */
  cut: Cut | null
  /** Whose place it fills, when a deputy signed. */
  deputyFor?: PersonId | null
  /** The group it was signed from, when the stage had escalated to it. */
  escalatedTo?: string | null
  /** Whether a passkey signed it. What is not known to be is not. */
  passkey?: boolean
  /** Whether it came from where the requester had signed in. What is not known to be did not. */
  sameDevice?: boolean
}

/** Who is in which approver group at this moment, with the row that says so: it can be locked and found again. */
export type Membership = {
  tenantId: TenantId
  stage: string
  personId: PersonId
  selfGiven: boolean
  /** Since when. What was signed before went with an earlier seat. */
  added: Date
  row: string
}

/** Who may not sign a request, whatever groups they are in. */
export type Exclusions = {
  requester: { personId: PersonId; issuer: string; subject: string }
  agentOwners: readonly PersonId[]
  /** People who are the requester's issuer and subject under another account. */
  sameAccount: readonly PersonId[]
  /**
   * Whoever gave the requester the role to file in the request's tenant: a second mailbox of one's own is nobody else.
   * What sets a tenant up is among them under a name that no person has.
   */
  grantedBy: readonly string[]
}

export type Votable = {
  requestId: RequestId
  agentId: AgentId
  tenantId: TenantId
  version: number
  stages: readonly Stage[]
  votes: readonly Vote[]
  memberships: readonly Membership[]
  exclusions: Exclusions
}

/**
 * The votes that are not out of date: a signature is good for as long as it may wait and the duration it was given
 * for after that, which is what was asked unless it shortened it. No grant outlives this; a row that says otherwise is
 * not believed.
 */
export const validVotes = <V extends Pick<Vote, 'signed' | 'cut'>>(
  votes: readonly V[],
  askedSeconds: number,
  now: Date,
): V[] =>
  votes.filter(({ signed, cut }) => {
    const seconds = SIGNATURE_WAITS_SECONDS + (cut?.durationSeconds ?? askedSeconds)
    return signed.getTime() >= now.getTime() - seconds * 1000
  })

export const FRESH_SIGN_IN_SECONDS = 8 * 60 * 60

/** Why this person may never sign this request, or null. */
export function exclusionOf(person: PersonId, exclusions: Exclusions): RefusalCode | null {
  if (person === exclusions.requester.personId) return 'own_request'
  if (exclusions.sameAccount.includes(person)) return 'same_account'
  if (exclusions.grantedBy.includes(person)) return 'let_in_requester'
  if (exclusions.agentOwners.includes(person)) return 'agent_owner'
  return null
}

/** Whether a vote, or a seat, is of this stage. */
export const sameStage = (a: { tenantId: TenantId; stage: string }, b: Stage) =>
  a.tenantId === b.tenantId && a.stage === b.name

export type Seats = Pick<Votable, 'memberships' | 'exclusions'>

/** The seats of one group from which a stage may be signed. */
export const seatsIn = (group: string, stage: Stage, { memberships, exclusions }: Seats): Membership[] =>
  memberships.filter(
    (member) =>
      member.tenantId === stage.tenantId &&
      member.stage === group &&
      !member.selfGiven &&
      exclusionOf(member.personId, exclusions) === null,
  )

const peopleOf = (seats: readonly Membership[]) => [...new Set(seats.map(({ personId }) => personId))]

/** People who may sign a stage from its own group: not excluded, not put there by themselves. */
export const signersOf = (stage: Stage, votable: Seats): PersonId[] =>
  peopleOf(seatsIn(stage.name, stage, votable))

/** Everybody who could ever sign it: those of the group it escalates to as well. */
export const everSignersOf = (stage: Stage, votable: Seats): PersonId[] =>
  peopleOf([
    ...seatsIn(stage.name, stage, votable),
    ...(stage.escalate ? seatsIn(stage.escalate.to, stage, votable) : []),
  ])

/** People who may sign it at this time: those of a second group only once it has escalated to them. */
export const signersAt = (stage: Stage, votable: Seats, at: Date): PersonId[] =>
  isEscalated(stage, at) ? everSignersOf(stage, votable) : signersOf(stage, votable)

// From the group of today's demand, or from the one it escalates to. Whoever is represented needs the seat too.
function stands(vote: Vote, stage: Stage, votable: Seats): boolean {
  if (vote.escalatedTo && vote.escalatedTo !== stage.escalate?.to) return false
  const seats = seatsIn(vote.escalatedTo ?? stage.name, stage, votable)
  return takingPart(vote).every((person) =>
    seats.some((seat) => seat.personId === person && seat.added <= vote.signed),
  )
}

/** Whose place a signature takes: the signer's own, and that of whoever they sign for. */
export const takingPart = ({ personId, deputyFor }: Pick<Vote, 'personId' | 'deputyFor'>): PersonId[] =>
  deputyFor ? [personId, deputyFor] : [personId]

// What a stage demands of every vote in it, whoever voted.
const isEnough = (vote: Pick<Vote, 'passkey'>, stage: Pick<Stage, 'passkey'>) =>
  !stage.passkey || vote.passkey === true

/** Everything a stage is counted with, but the stages themselves. */
export type Ballot = Omit<Votable, 'stages' | 'requestId' | 'agentId' | 'tenantId'>

/**
 * Signatures of distinct people whose yes counts now: voted on this version, from the seat they have now, with a passkey where the
 * stage takes no other, and still may sign. Membership is checked again each time. A vote that fell with its seat does
 * not rise with the next one. One human fills one place: nobody takes part in two signatures of a stage, neither by
 * signing nor by being represented.
 */
export function countedVotesIn(stage: Stage, votable: Ballot): Vote[] {
  const yes = votable.votes
    .filter(
      (vote) => vote.version === votable.version && vote.verdict === 'approve' && sameStage(vote, stage),
    )
    .filter((vote) => isEnough(vote, stage) && stands(vote, stage, votable))
    .sort((a, b) => a.signed.getTime() - b.signed.getTime())
  const taken = new Set<PersonId>()
  return yes.flatMap((vote) => {
    const people = takingPart(vote)
    if (people.some((person) => taken.has(person))) return []
    for (const person of people) taken.add(person)
    return [vote]
  })
}

/** Whose yes counts now. */
export const countedApprovals = (stage: Stage, votable: Ballot): PersonId[] =>
  countedVotesIn(stage, votable).map(({ personId }) => personId)

/** How many people a stage takes now. A vote that counts no more asks for nobody more. */
export const quorumOf = (stage: Stage, votable: Ballot): number =>
  quorumWith(stage, countedVotesIn(stage, votable))

export function isStageClosed(stage: Stage, votable: Ballot): boolean {
  const votes = countedVotesIn(stage, votable)
  return votes.length >= quorumWith(stage, votes)
}

/**
 * Names of the stages that count as satisfied for a tenant: computed from the votes of this request, by people who
 * are now in the group, against today's demands. A name with no demand today is never satisfied.
 */
export function satisfiedStages(demands: readonly Stage[], tenantId: TenantId, votable: Ballot): string[] {
  return demands
    .filter((stage) => stage.tenantId === tenantId && isStageClosed(stage, votable))
    .map(({ name }) => name)
}

/** Stages in order that are not closed yet; those of the lowest order are open to sign. */
export function openStages(votable: Votable): Stage[] {
  const waiting = votable.stages.filter((stage) => !isStageClosed(stage, votable))
  const first = Math.min(...waiting.map(({ order }) => order))
  return waiting.filter(({ order }) => order === first)
}
