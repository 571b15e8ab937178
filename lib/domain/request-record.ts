import type { Actor, RequestParties } from './access'
import type { Agent } from './agent'
import { type Exclusions, type Membership, type Vote, validVotes } from './approval'
import type { Delegation } from './delegation'
import type { TrailEvent } from './events'
import type {
  ApprovalId,
  CredentialId,
  DecisionId,
  GrantId,
  PersonId,
  PolicySetVersion,
  RequestId,
  ScopeId,
  TemplateId,
  TenantId,
} from './ids'
import type { Verdict } from './question'
import type { Scope } from './scope'
import type { Stage } from './stages'
import type { GrantState, RequestState } from './status'
import type { Terms } from './terms'
import type { WireReason } from './wire-reasons'

/** A request as stored, with its scopes as they were when asked for. */
export type RequestRecord = {
  id: RequestId
  tenantId: TenantId
  requester: { id: PersonId; name: string; issuer: string; subject: string }
  agent: Agent
  templateId: TemplateId | null
  templateName: string | null
  filedFrom: RequestId | null
  /** The grant whose agent proposed it. */
  proposedUnder: GrantId | null
  /** Why its human declined it, empty when they did not say. Null: nobody declined it. */
  declineReason: string | null
  goal: string
  goalCategory: string
  justification: string
  ticket: string
  environment: string
  durationSeconds: number
  /** The sub-agents it names. */
  delegation: Delegation | null
  state: RequestState
  version: number
  rev: number
  stages: Stage[]
  policySet: PolicySetVersion
  filed: Date
  decided: Date | null
  answerBy: Date
  /** When this version has waited long enough, whatever its stages say. */
  waitEnds: Date
  /** The next moment of an open stage of which people are told. */
  nextMark: Date | null
  /** Denied: until when the agent may not ask for the same again. */
  coolsUntil: Date | null
  digest: string
  /** The decisions its present version was filed with. */
  decisionIds: DecisionId[]
  scopes: Scope[]
  approvals: ApprovalRecord[]
  grant: GrantRecord | null
}

export type ApprovalRecord = Vote & {
  id: ApprovalId
  personName: string
  deputyForName: string | null
  reason: string | null
  /** What an approver wrote beside a yes. */
  note: string | null
  digest: string
  preimage: string
  passkey: boolean
  /** It came from where the requester had signed in, as far as can be seen. */
  sameDevice: boolean
}

export type GrantRecord = {
  id: GrantId
  state: GrantState
  opened: Date
  expires: Date
  ended: Date | null
  endedBy: string | null
  endReason: string | null
  environment: string
  rev: number
  /** The decisions that opened it. */
  decisionIds: DecisionId[]
  /** What was granted: all that was asked, or what the signatures left of it. */
  scopeIds: ScopeId[]
  durationSeconds: number
  /** How many uses it was given and how many are left. Null together: nobody counts. */
  uses: number | null
  usesLeft: number | null
  /** The sub-agents that the signatures count for too. */
  delegation: Delegation | null
}

export type DecisionRecord = {
  id: DecisionId
  requestId: RequestId | null
  grantId: GrantId | null
  scopeId: ScopeId | null
  asked: string
  action: string
  resource: string
  policySet: PolicySetVersion
  input: string
  verdict: Verdict
  /** Why a resource server was told no, whatever policy said. */
  reason: WireReason | null
  policyIds: string[]
  says: string[]
  errors: string[]
  made: Date
}

export type CredentialRecord = {
  id: CredentialId
  serverName: string
  serverIdentifier: string
  check: 'offline' | 'introspection'
  scope: string
  jkt: string
  issued: Date
  expires: Date
  revoked: Date | null
}

/** What a request asks for, and what its grant gives: the same, or less. */
export function termsOf({ grant, scopes, durationSeconds, delegation }: RequestRecord): {
  asked: Terms
  granted: Terms
} {
  const asked = { scopes, durationSeconds, uses: null, delegation }
  if (!grant) return { asked, granted: asked }
  const given = scopes.filter(({ id }) => grant.scopeIds.includes(id))
  const { uses, durationSeconds: seconds, delegation: named } = grant
  return { asked, granted: { scopes: given, durationSeconds: seconds, uses, delegation: named } }
}

/** What voting is decided with: the record and who is in which group at this moment. */
export type VotingFacts = { memberships: Membership[]; exclusions: Exclusions }

export const partiesOf = (request: RequestRecord): RequestParties => ({
  requesterId: request.requester.id,
  agentOwners: request.agent.owners,
  tenants: [...new Set(request.scopes.map(({ tenantId }) => tenantId))],
  tenantId: request.tenantId,
  stages: request.stages.flatMap(({ name, tenantId, escalate }) => [
    { name, tenantId },
    ...(escalate ? [{ name: escalate.to, tenantId }] : []),
  ]),
  voters: request.approvals.map(({ personId }) => personId),
  isUnconfirmed: isUnconfirmed(request),
})

/** Whether an agent proposed it and its human never confirmed it. What is confirmed has decisions. */
export const isUnconfirmed = ({
  proposedUnder,
  decisionIds,
}: Pick<RequestRecord, 'proposedUnder' | 'decisionIds'>): boolean =>
  proposedUnder !== null && decisionIds.length === 0

/** The trace of an act that this person may not do on a request they may see. */
export const attemptOf = (
  actor: Pick<Actor, 'personId'>,
  request: Pick<RequestRecord, 'id' | 'tenantId' | 'agent' | 'grant'>,
  act: string,
): TrailEvent => ({
  type: 'act.refused',
  outcome: 'refused',
  tenantId: request.tenantId,
  humanId: actor.personId,
  agentId: request.agent.id,
  requestId: request.id,
  ...(request.grant ? { grantId: request.grant.id } : {}),
  data: { act },
})

/** What the rules of approval are asked with. */
export const votableOf = (
  request: Pick<RequestRecord, 'id' | 'tenantId' | 'version' | 'stages' | 'durationSeconds'> & {
    agent: Pick<Agent, 'id'>
    approvals: readonly Vote[]
  },
  facts: VotingFacts,
  now: Date,
) => ({
  requestId: request.id,
  agentId: request.agent.id,
  tenantId: request.tenantId,
  version: request.version,
  stages: request.stages,
  votes: validVotes(request.approvals, request.durationSeconds, now),
  ...facts,
})
