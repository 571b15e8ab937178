import type { TrailEvent } from './events'
import type {
  AgentId,
  CredentialId,
  DecisionId,
  GrantId,
  PersonId,
  RequestId,
  ResourceServerId,
  TenantId,
} from './ids'
import { grantProblem } from './issue'
import type { GrantState } from './status'
import type { WireReason } from './wire-reasons'

/** A credential with everything whose change ends it, as it is at the moment of the question. */
export type AskedCredential = {
  id: CredentialId
  serverId: ResourceServerId
  agentId: AgentId
  revoked: Date | null
  expires: Date
  grant: { id: GrantId; requestId: RequestId; tenantId: TenantId; state: GrantState; expires: Date }
  requesterId: PersonId
  isAgentSuspended: boolean
  isPersonDisabled: boolean
  /** A grant above its own is over, or the agent of one is suspended. */
  isAboveStopped: boolean
  isServerSuspended: boolean
  hasRetiredScope: boolean
  /** The decisions it was issued under. */
  decisionIds: readonly DecisionId[]
}

/** Why a credential is not active any more, or null. Everything below a grant ends with it. */
export function inactiveReason(credential: AskedCredential, now: Date): WireReason | null {
  const ended = grantProblem(credential.grant, now)
  if (ended) return ended
  if (credential.revoked) return 'token_revoked'
  if (credential.expires <= now) return 'token_expired'
  if (credential.isAgentSuspended) return 'actor_suspended'
  if (credential.isPersonDisabled) return 'person_suspended'
  if (credential.isAboveStopped) return 'parent_suspended'
  if (credential.isServerSuspended) return 'target_suspended'
  return credential.hasRetiredScope ? 'scope_not_granted' : null
}

/** The trace of a resource server's question about a credential, and how often the last one was asked again. */
export const askedEvent = (
  { grant, ...credential }: AskedCredential,
  server: string,
  reason: WireReason | null,
  repeats = 0,
): TrailEvent => ({
  type: 'credential.asked',
  outcome: reason ? 'refused' : 'allowed',
  tenantId: grant.tenantId,
  humanId: credential.requesterId,
  agentId: credential.agentId,
  requestId: grant.requestId,
  grantId: grant.id,
  credentialId: credential.id,
  decisionIds: credential.decisionIds,
  data: { server, active: reason === null, reason, ...(repeats > 0 ? { repeats } : {}) },
})
