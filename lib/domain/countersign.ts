import type { Actor, Role } from './access'
import { isStageClosed, openStages, quorumOf, takingPart, type Votable } from './approval'
import { coolsUntilOf } from './cooling'
import type { TrailEvent } from './events'
import type { Grounds } from './grounds'
import type { ApprovalId, GrantId, PolicySetVersion } from './ids'
import type { JsonObject } from './json'
import type { Place } from './place'
import { decisionData, grantOpenedEvent, type OpenedGrant, openGrant, type ScopeDecision } from './request'
import { type RequestRecord, termsOf } from './request-record'
import { done, type Outcome } from './result'
import { termsLeft } from './signed-terms'
import { clockOf, keepOpened, type StageClock, withOpened } from './stage-clock'
import { mergeStages, type Stage } from './stages'
import type { RequestState } from './status'
import type { OwnChange, Terms } from './terms'

export type SignedVote = {
  actor: Actor
  request: RequestRecord
  /** The facts of voting with this vote already among the votes. */
  votable: Votable
  place: Place
  approvalId: ApprovalId
  digest: string
  /** The passkey that signed it, by its credential id, or null: the sign-in did. */
  passkey: string | null
  /** It came from where the requester had signed in, as far as can be seen. */
  sameDevice?: boolean
  now: Date
  /** What this signature itself takes away, and why, in the words of whoever signs. */
  change: OwnChange
  note: string
}

export type Countersigned = StageClock & {
  state: RequestState
  stage: string
  /** Stages that still have to be signed. */
  left: number
  stages: Stage[]
  grant: OpenedGrant | null
  /** What all signatures leave of what was asked: what a grant gives. */
  terms: Terms
}

/** The intersection of what was asked and every signed version, this one included. */
export const termsSigned = ({ request, votable }: Pick<SignedVote, 'request' | 'votable'>): Terms =>
  termsLeft(termsOf(request).asked, votable)

const about = ({ request }: SignedVote) => ({
  tenantId: request.tenantId,
  agentId: request.agent.id,
  requestId: request.id,
  decisionIds: request.decisionIds,
})

/** What the trail keeps of a signature: enough to find it again and to compare an export with. */
const signedData = ({ approvalId, place, request, digest, passkey, sameDevice }: SignedVote) => ({
  approval: approvalId,
  stage: place.stage.name,
  tenant: place.stage.tenantId,
  version: request.version,
  digest,
  ...(passkey ? { passkey } : {}),
  ...(sameDevice ? { sameDevice, ...(place.stage.sameDevice ? { oneMore: true } : {}) } : {}),
  ...(place.deputyFor ? { deputyFor: place.deputyFor } : {}),
  ...(place.escalatedTo ? { escalatedTo: place.escalatedTo } : {}),
})

const signedEvent = (vote: SignedVote): TrailEvent => ({
  type: 'approval.signed',
  outcome: 'done',
  ...about(vote),
  humanId: vote.actor.personId,
  data: { ...signedData(vote), ...changeData(vote) },
  ...(vote.note ? { texts: { note: vote.note } } : {}),
})

/** What was taken away, for the trail: before and after. */
function changeData({ change: { struck, shortened, capped, unnamed, shallower } }: SignedVote): JsonObject {
  const isHandedOnLess = unnamed.length > 0 || shallower !== null
  if (struck.length === 0 && !shortened && !capped && !isHandedOnLess) return {}
  return {
    struck: struck.map(({ action, resource }) => ({ action, resource })),
    ...(shortened ? { durationSeconds: { before: shortened.from, after: shortened.to } } : {}),
    ...(capped ? { uses: { before: capped.from, after: capped.to } } : {}),
    ...(unnamed.length > 0 ? { notForSubAgents: unnamed.map(({ id }) => id) } : {}),
    ...(shallower ? { depth: { before: shallower.from, after: shallower.to } } : {}),
  }
}

const closedEvent = (vote: SignedVote): TrailEvent => ({
  type: 'stage.closed',
  outcome: 'done',
  ...about(vote),
  humanId: vote.actor.personId,
  data: {
    stage: vote.place.stage.name,
    quorum: quorumOf(vote.place.stage, vote.votable),
    tenant: vote.place.stage.tenantId,
  },
})

/**
 * What a signature was decided on: whoever's signature counts on this version, the one who signs now, and whom
 * policy was asked about when it was asked.
 */
export function signedGrounds(
  vote: SignedVote,
  decidedBy: PolicySetVersion,
  requesterRoles?: readonly Role[],
): Grounds {
  const { actor, request, votable } = vote
  const current = votable.votes.filter(({ version }) => version === request.version)
  const { id: requesterId } = request.requester
  const requester = { personId: requesterId, tenantId: request.tenantId }
  return {
    decidedBy,
    agent: request.agent,
    requesterId,
    holders: [actor, ...(requesterRoles ? [{ ...requester, roles: requesterRoles }] : [])],
    memberships: votable.memberships.filter((member) =>
      current.some((vote) => takingPart(vote).includes(member.personId)),
    ),
    scopes: termsSigned(vote).scopes,
  }
}

/** Whether every stage is signed once this vote counts, so that policy has to be asked again. */
export const closesEveryStage = ({ votable }: Pick<SignedVote, 'votable'>) =>
  votable.stages.every((stage) => isStageClosed(stage, votable))

/** What still waits after this vote: stages whose turn has come open now, and the clock runs for them. */
function waitingFor({ votable, request, now }: SignedVote, demanded: readonly Stage[]) {
  const known = keepOpened(demanded, request.stages)
  const open = (stages: Stage[]) => openStages({ ...votable, stages })
  const stages = withOpened(known, open(known), now)
  const since = request.nextMark && request.nextMark < now ? request.nextMark : now
  return { stages, ...clockOf(open(stages), request.waitEnds, since) }
}

/**
 * One yes. `decisions` are today's answers with the votes as evidence, asked when the last stage closes: all allowed
 * opens the grant, one refused refuses the request, a new demand keeps it waiting with the new stages.
 */
export function countersign(
  vote: SignedVote,
  decisions: readonly ScopeDecision[],
  grantId: GrantId,
): Outcome<Countersigned> {
  const { request, votable, now } = vote
  const { stage } = vote.place
  const events = [signedEvent(vote)]
  if (isStageClosed(stage, votable)) events.push(closedEvent(vote))
  const left = votable.stages.filter((one) => !isStageClosed(one, votable)).length
  const terms = termsSigned(vote)
  const waiting = {
    state: 'awaiting',
    stage: stage.name,
    left,
    ...waitingFor(vote, votable.stages),
    grant: null,
    terms,
  } as const
  if (left > 0 || decisions.length === 0) return done<Countersigned>(waiting, ...events)
  const decided = {
    ...about(vote),
    humanId: request.requester.id,
    decisionIds: decisions.map(({ id }) => id),
    policyIds: [...new Set(decisions.flatMap(({ answer }) => answer.policies.map(({ id }) => id)))],
    data: { scopes: decisionData(decisions), version: request.version },
  }
  if (decisions.some(({ answer }) => answer.verdict === 'refused'))
    return done<Countersigned>({ ...waiting, state: 'refused' }, ...events, {
      type: 'request.refused',
      outcome: 'refused',
      ...decided,
    })
  const demanded = mergeStages(decisions.map(({ scope, answer }) => ({ tenantId: scope.tenantId, answer })))
  if (demanded.length > 0)
    return done<Countersigned>(
      { ...waiting, left: demanded.length, ...waitingFor(vote, demanded) },
      ...events,
      {
        type: 'request.reopened',
        outcome: 'held',
        ...decided,
      },
    )
  const grant = openGrant(grantId, terms.durationSeconds, now)
  const opened = grantOpenedEvent(
    {
      requestId: request.id,
      agentId: request.agent.id,
      requesterId: request.requester.id,
      tenantId: request.tenantId,
      scopes: terms.scopes,
      uses: terms.uses,
      delegation: terms.delegation,
    },
    grant,
  )
  return done<Countersigned>({ ...waiting, state: 'granted', grant }, ...events, {
    ...opened,
    decisionIds: decided.decisionIds,
    policyIds: decided.policyIds,
  })
}

export type Denied = { coolsUntil: Date | null }

/** One no ends the request. The reason is free text of the approver. */
export const denial = (vote: SignedVote, reason: string): Outcome<Denied> =>
  done<Denied>(
    { coolsUntil: coolsUntilOf(vote.request.stages, vote.now) },
    {
      type: 'request.denied',
      outcome: 'refused',
      ...about(vote),
      humanId: vote.actor.personId,
      data: signedData(vote),
      texts: { reason },
    },
  )
