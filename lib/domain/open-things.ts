import type {
  AgentId,
  ApprovalId,
  DecisionId,
  GrantId,
  PersonId,
  ProposalId,
  RequestId,
  SignInId,
  TenantId,
} from './ids'

type About = {
  tenantId: TenantId
  agentId: AgentId
  requestId: RequestId
  decisionIds: readonly DecisionId[]
}

/** A request of the person that still waits. */
export type OpenRequest = About & { version: number }

/** A grant of the person that is still live. */
export type OpenGrant = About & { grantId: GrantId; expires: Date }

/** A yes of the person on the present version of a request that still waits. */
export type OpenVote = About & {
  approvalId: ApprovalId
  personId: PersonId
  stage: { name: string; tenantId: TenantId }
  version: number
}

/** Why everything that somebody has open ends at once. */
export type WhyEnded = 'person_disabled' | 'no_role_left'

/** What a person has open at one moment, a few hundred of each kind at most. The sweep ends what is beyond. */
export type OpenThings = {
  requests: readonly OpenRequest[]
  grants: readonly OpenGrant[]
  votes: readonly OpenVote[]
  signIns: readonly SignInId[]
  proposals: readonly { id: ProposalId; kind: string }[]
}
