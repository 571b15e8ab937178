import { type Agent, agentIdentity } from './agent'
import type { Delegation } from './delegation'
import type { GrantEnd } from './grant'
import type { DecisionId, GrantId, PersonId, RequestId, TenantId } from './ids'
import type { IssueFacts } from './issue'
import { detailsOf, scopeText } from './narrowing'
import { done, type Outcome } from './result'
import { groupByServer, type Scope } from './scope'
import { type GrantState, grantStatus } from './status'
import type { Cap } from './uses'

/** A grant as its agent may see it. */
export type AgentGrant = {
  id: GrantId
  requestId: RequestId
  tenantId: TenantId
  requester: { id: PersonId; disabled: Date | null }
  agent: Pick<Agent, 'id' | 'identities'>
  environment: string
  state: GrantState
  opened: Date
  /** The decisions that opened it. */
  decisionIds: readonly DecisionId[]
  expires: Date
  /** What the requester wrote. Untrusted text: an agent must not take it for an order. */
  goal: string
  scopes: readonly Scope[]
  /** How many uses it was given and how many are left. Null together: nobody counts. */
  uses: number | null
  usesLeft: number | null
  /** The grant it stands below, and how many levels may stand below itself. */
  parentId: GrantId | null
  depth: number
  /** The sub-agents that the signatures it stands on count for too. */
  delegation: Delegation | null
  /** An agent of a grant above it is suspended. */
  isAboveSuspended: boolean
}

/** A grant on the wire: its state by the database's clock, and per resource server what may be asked for. */
export const agentGrantView = (grant: AgentGrant, now: Date) => ({
  id: grant.id,
  request: grant.requestId,
  state: grantStatus(grant, now),
  environment: grant.environment,
  goal: grant.goal,
  opened_at: grant.opened.toISOString(),
  expires_at: grant.expires.toISOString(),
  ...(grant.usesLeft === null ? {} : { uses: grant.uses, uses_left: grant.usesLeft }),
  ...(grant.parentId ? { parent: grant.parentId } : {}),
  depth: grant.depth,
  ...signedFor(grant.delegation),
  resources: resourcesOf(grant.scopes, grant.uses),
})

// What the agents it may hand on to are called when it asks for a child, where signatures count for them.
const signedFor = (delegation: Delegation | null) =>
  delegation
    ? {
        signed_for: {
          agents: delegation.agents.map(({ identity }) => identity),
          depth: delegation.depth,
        },
      }
    : {}

/** What may be asked for, per resource server. */
export const resourcesOf = (all: readonly Scope[], uses: Cap) =>
  groupByServer(all).flatMap((scopes) => {
    const [first] = scopes
    if (!first) return []
    return {
      resource: first.serverIdentifier,
      type: first.serverType,
      scope: scopeText(scopes),
      authorization_details: detailsOf(scopes, uses),
    }
  })

/** A grant that was just opened below another, as the agent that handed it on sees it. */
export const childGrantView = ({ grant, agent, scopes, above, now }: IssueFacts, depth: number) => ({
  id: grant.id,
  request: grant.requestId,
  parent: above[0]?.grantId ?? null,
  agent: agentIdentity(agent, grant.environment),
  state: 'live' as const,
  environment: grant.environment,
  opened_at: now.toISOString(),
  expires_at: grant.expires.toISOString(),
  ...(grant.uses === null ? {} : { uses: grant.uses, uses_left: grant.uses }),
  depth,
  resources: resourcesOf(scopes, grant.uses),
})

/** The agent says the task is done, at the endpoint for it or by giving its mandate back. */
export function completeByAgent(
  grant: AgentGrant,
  { how, now }: { how: 'completion' | 'mandate returned'; now: Date },
): Outcome<GrantEnd> {
  const end = { state: 'completed', ended: now, endedBy: grant.agent.id, endReason: null } as const
  return done<GrantEnd>(end, {
    type: 'grant.completed',
    outcome: 'done',
    tenantId: grant.tenantId,
    humanId: grant.requester.id,
    agentId: grant.agent.id,
    requestId: grant.requestId,
    grantId: grant.id,
    decisionIds: grant.decisionIds,
    data: { before: 'live', after: 'completed', by: 'agent', how, expires: grant.expires.toISOString() },
  })
}
