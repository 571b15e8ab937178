import type { TrailEvent } from './events'
import type { AgentId, CredentialId, DecisionId } from './ids'
import type { IssueFacts } from './issue'
import { epochSeconds, fromEpochSeconds } from './jwt-time'
import { scopeText } from './narrowing'
import { decisionData, type ScopeDecision } from './request'
import type { Scope } from './scope'
import type { WireReason } from './wire-reasons'

/** Seconds a token lives, if its grant does not end first. */
export const TOKEN_SECONDS = 300

/** When a token issued now begins and ends, in whole seconds: never past its grant. Null when nothing is left. */
export function lifetimeOf(now: Date, grantExpires: Date): { issued: Date; expires: Date } | null {
  const issued = epochSeconds(now)
  const expires = Math.min(issued + TOKEN_SECONDS, epochSeconds(grantExpires))
  return expires > issued ? { issued: fromEpochSeconds(issued), expires: fromEpochSeconds(expires) } : null
}

type Refused = {
  reason: WireReason
  /** The agent that asked, which need not be the one the mandate names. */
  agentId: AgentId
  decisions: readonly ScopeDecision[]
  workload?: string
}

/** Whose task an event of a grant is about. */
export const grantSubject = ({ grant, requester }: IssueFacts) => ({
  tenantId: grant.tenantId,
  humanId: requester.id,
  requestId: grant.requestId,
  grantId: grant.id,
})

const policyIdsOf = (decisions: readonly ScopeDecision[]): string[] => [
  ...new Set(decisions.flatMap(({ answer }) => answer.policies.map(({ id }) => id))),
]

const idsOf = (decisions: readonly ScopeDecision[]): DecisionId[] => decisions.map(({ id }) => id)

/** The trace of a credential that was not issued, linked to the task it was asked for. */
export const refusedEvent = (
  facts: IssueFacts,
  { reason, agentId, decisions, workload }: Refused,
): TrailEvent => ({
  type: 'credential.refused',
  outcome: 'refused',
  ...grantSubject(facts),
  agentId,
  // Refused before policy was asked: then the decisions that opened the grant are the ones it stands on.
  decisionIds: decisions.length > 0 ? idsOf(decisions) : facts.grant.decisionIds,
  policyIds: policyIdsOf(decisions),
  data: {
    reason,
    ...(agentId === facts.agent.id ? {} : { mandateFor: facts.agent.id }),
    ...(workload ? { workload } : {}),
    ...(decisions.length > 0 ? { scopes: decisionData(decisions) } : {}),
  },
})

export type IssuedCredential = {
  id: CredentialId
  jkt: string
  scopes: readonly Scope[]
  issued: Date
  expires: Date
  /** Which of the workloads below a prefix it was issued to. */
  workload?: string
}

/** The trace of a credential: who, for whom, under which decisions, for which server, until when. */
export const issuedEvent = (
  facts: IssueFacts,
  credential: IssuedCredential,
  decisions: readonly ScopeDecision[],
): TrailEvent => ({
  type: 'credential.issued',
  outcome: 'allowed',
  ...grantSubject(facts),
  agentId: facts.agent.id,
  credentialId: credential.id,
  decisionIds: idsOf(decisions),
  policyIds: policyIdsOf(decisions),
  data: {
    server: credential.scopes[0]?.serverIdentifier ?? '',
    scope: scopeText(credential.scopes),
    key: credential.jkt,
    ...(credential.workload ? { workload: credential.workload } : {}),
    issued: credential.issued.toISOString(),
    expires: credential.expires.toISOString(),
    scopes: decisionData(decisions),
  },
})
