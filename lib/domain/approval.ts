import type { Actor } from './access'
import type { AgentId, PersonId, RequestId, TenantId } from './ids'
import type { RefusalCode } from './refusals'
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
  /** Whether a passkey signed it. What is not known to be is not. */
  passkey?: boolean
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

/** How long a signature may wait for the grant to open. A request waits no longer for its answer. */
export const SIGNATURE_WAITS_SECONDS = 24 * 60 * 60

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

const sameStage = (a: { tenantId: TenantId; stage: string }, b: Stage) =>
  a.tenantId === b.tenantId && a.stage === b.name

type Seats = Pick<Votable, 'memberships' | 'exclusions'>

const seatsOf = (stage: Stage, { memberships, exclusions }: Seats): Membership[] =>
  memberships.filter(
    (member) =>
      sameStage(member, stage) && !member.selfGiven && exclusionOf(member.personId, exclusions) === null,
  )

/** People who may sign a stage now: in its group, not excluded, not put there by themselves. */
export const signersOf = (stage: Stage, votable: Seats): PersonId[] =>
  seatsOf(stage, votable).map(({ personId }) => personId)

// What a stage demands of every vote in it, whoever voted.
const isEnough = (vote: Pick<Vote, 'passkey'>, stage: Pick<Stage, 'passkey'>) =>
  !stage.passkey || vote.passkey === true

/**
 * Distinct people whose yes counts now: voted on this version, from the seat they have now, with a passkey where the
 * stage takes no other, and still may sign. Membership is checked again each time. A vote that fell with its seat does
 * not rise with the next one.
 */
export function countedApprovals(
  stage: Stage,
  votable: Omit<Votable, 'stages' | 'requestId' | 'agentId' | 'tenantId'>,
): PersonId[] {
  const seats = seatsOf(stage, votable)
  const yes = votable.votes.filter(
    (vote) =>
      vote.version === votable.version &&
      vote.verdict === 'approve' &&
      sameStage(vote, stage) &&
      isEnough(vote, stage),
  )
  const counted = yes.filter(({ personId, signed }) =>
    seats.some((seat) => seat.personId === personId && seat.added <= signed),
  )
  return [...new Set(counted.map(({ personId }) => personId))]
}

export const isStageClosed = (
  stage: Stage,
  votable: Omit<Votable, 'stages' | 'requestId' | 'agentId' | 'tenantId'>,
) => countedApprovals(stage, votable).length >= stage.quorum

/**
 * Names of the stages that count as satisfied for a tenant: computed from the votes of this request, by people who
 * are now in the group, against today's demands. A name with no demand today is never satisfied.
 */
export function satisfiedStages(
  demands: readonly Stage[],
  tenantId: TenantId,
  votable: Omit<Votable, 'stages' | 'requestId' | 'agentId' | 'tenantId'>,
): string[] {
  return demands
    .filter((stage) => stage.tenantId === tenantId && isStageClosed(stage, votable))
    .map(({ name }) => name)
}

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
  const left = signersOf(stage, votable).filter(
    (person) => person !== without && !voted.some(({ personId }) => personId === person),
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

/** Stages in order that are not closed yet; those of the lowest order are open to sign. */
export function openStages(votable: Votable): Stage[] {
  const waiting = votable.stages.filter((stage) => !isStageClosed(stage, votable))
  const first = Math.min(...waiting.map(({ order }) => order))
  return waiting.filter(({ order }) => order === first)
}

// A version holds one signature a stage from each person, whether it counts or not.
function whySigned(person: PersonId, waiting: readonly Stage[], votable: Votable): RefusalCode {
  const fallen = waiting.filter((stage) => !countedApprovals(stage, votable).includes(person))
  if (fallen.length === 0) return 'already_voted'
  const without = fallen.some((stage) =>
    countedApprovals({ ...stage, passkey: false }, votable).includes(person),
  )
  return without ? 'signed_without_passkey' : 'earlier_seat'
}

/** The stage this person would sign next, or why they cannot. */
export function stageToSign(
  actor: Actor,
  votable: Votable,
  now: Date,
): { stage: Stage } | { code: RefusalCode } {
  const excluded = exclusionOf(actor.personId, votable.exclusions)
  if (excluded) return { code: excluded }
  const mine = votable.stages.filter((stage) =>
    votable.memberships.some((member) => sameStage(member, stage) && member.personId === actor.personId),
  )
  if (mine.length === 0) return { code: 'not_in_stage' }
  const may = mine.filter((stage) => signersOf(stage, votable).includes(actor.personId))
  if (may.length === 0) return { code: 'self_given_role' }
  const voted = (stage: Stage) =>
    votable.votes.some(
      (vote) =>
        vote.version === votable.version && vote.personId === actor.personId && sameStage(vote, stage),
    )
  const waiting = may.filter((stage) => !isStageClosed(stage, votable))
  const unsigned = waiting.filter((stage) => !voted(stage))
  if (unsigned.length === 0) return { code: whySigned(actor.personId, waiting, votable) }
  const open = openStages(votable)
  const stage = unsigned.find((candidate) => open.includes(candidate))
  if (!stage) return { code: 'stage_not_open' }
  if (now.getTime() - actor.signedInAt.getTime() > FRESH_SIGN_IN_SECONDS * 1000)
    return { code: 'stale_sign_in' }
  return { stage }
}
