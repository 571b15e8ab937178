import type { Role } from './access'
import type { Agent } from './agent'
import type { Membership, Vote } from './approval'
import { type Grounds, groundsProblem, type LockedRows } from './grounds'
import type {
  AgentId,
  DecisionId,
  GrantId,
  PersonId,
  PolicySetVersion,
  RequestId,
  ScopeId,
  TenantId,
} from './ids'
import type { Scope } from './scope'
import type { GrantState } from './status'
import type { StatusPlace } from './status-list'
import type { WireReason } from './wire-reasons'
import type { WorkingHours } from './working-hours'

/** Everything that is known of a grant when a credential is asked for. */
export type IssueFacts = {
  now: Date
  policyVersion: PolicySetVersion | null
  grant: {
    id: GrantId
    requestId: RequestId
    tenantId: TenantId
    environment: string
    state: GrantState
    expires: Date
    /** Its place in a status list. One that an older version opened has none. */
    status: StatusPlace | null
    /** How long it was given for: what was asked, or less. */
    durationSeconds: number
    /** How many uses it was given, or null: nobody counts. */
    uses: number | null
    /** The decisions that opened it. */
    decisionIds: readonly DecisionId[]
  }
  /** What was signed, as it was asked: for a grant below, of the request its root stands on. What a signature did not shorten, it signed for this long. */
  request: { version: number; goalCategory: string; durationSeconds: number; breakGlass: boolean }
  agent: Agent
  requester: {
    id: PersonId
    issuer: string
    subject: string
    disabled: Date | null
    roles: readonly Role[]
  }
  scopes: readonly Scope[]
  /** Those of them that are retired, or whose resource server is suspended. */
  stopped: readonly ScopeId[]
  votes: readonly Vote[]
  memberships: readonly Membership[]
  sameAccount: readonly PersonId[]
  grantedBy: readonly string[]
  /** When the tenant of the request works. */
  hours: WorkingHours
  /** Moves with every change of them. */
  hoursRev: number
  /** The grants it stands below: its parent first, the request's own grant last. Empty for that one. */
  above: readonly Above[]
}

/** A grant above another. When it stops, so does everything below it. */
export type Above = {
  grantId: GrantId
  state: GrantState
  expires: Date
  agent: Pick<Agent, 'id' | 'identities' | 'suspended' | 'owners' | 'rev'>
}

/** Why nothing may be issued for a grant at this moment, or null. Expiry is a fact of time. */
export function grantProblem(grant: { state: GrantState; expires: Date }, now: Date): WireReason | null {
  if (grant.state === 'revoked') return 'grant_revoked'
  if (grant.state === 'completed') return 'grant_completed'
  return grant.expires <= now ? 'grant_expired' : null
}

/** Why these facts alone refuse, before policy is asked. */
export function factsProblem({ grant, agent, requester, above, now }: IssueFacts): WireReason | null {
  return (
    grantProblem(grant, now) ??
    (requester.disabled ? 'person_suspended' : null) ??
    (agent.suspended ? 'actor_suspended' : null) ??
    firstOf(above, (one) => grantProblem(one, now) ?? (one.agent.suspended ? 'parent_suspended' : null))
  )
}

/** What was judged longer ago is judged anew: proofs, hours and votes were looked at with the time of then. */
const LASTS_MS = 5000

/** Until when what was judged on these facts may be written as it is: time ends them, the grant, or one above it. */
export const endOfIssue = ({ now, grant, above }: IssueFacts): Date =>
  new Date(Math.min(now.getTime() + LASTS_MS, ...[grant, ...above].map(({ expires }) => expires.getTime())))

function firstOf<T>(list: readonly T[], problemOf: (one: T) => WireReason | null): WireReason | null {
  for (const one of list) {
    const problem = problemOf(one)
    if (problem) return problem
  }
  return null
}

/** The same by the rows that are held: no grant above may be over, no agent above suspended. */
export const aboveProblem = (above: readonly Above[], locked: LockedRows): WireReason | null =>
  firstOf(above, ({ grantId, agent }) => {
    const grant = locked.grants.get(grantId)
    if (!grant) return 'grant_unknown'
    const isAtWork = locked.agents.get(agent.id)?.suspended === null
    return grantProblem(grant, locked.now) ?? (isAtWork ? null : 'parent_suspended')
  })

/** Who asked for a grant and whose it is. */
export type GrantParties = { requesterId: PersonId; agentId: AgentId }

/** Why no mandate may be handed out for a grant, by the rows that are held. */
export function mandateProblem(
  of: GrantParties & { grantId: GrantId },
  locked: LockedRows,
): WireReason | null {
  const grant = locked.grants.get(of.grantId)
  if (!grant) return 'grant_unknown'
  const problem = grantProblem(grant, locked.now)
  if (problem) return problem
  if (locked.people.get(of.requesterId)?.disabled !== null) return 'person_suspended'
  return locked.agents.get(of.agentId)?.suspended === null ? null : 'actor_suspended'
}

type Issue = { facts: IssueFacts; decidedBy: PolicySetVersion; scopes: readonly Scope[] }

/** What a credential is issued on. Only who voted is among the memberships of these facts. */
export const issueGrounds = ({ facts, decidedBy, scopes }: Issue): Grounds => ({
  decidedBy,
  agent: facts.agent,
  requesterId: facts.requester.id,
  holders: [{ personId: facts.requester.id, tenantId: facts.grant.tenantId, roles: facts.requester.roles }],
  memberships: facts.memberships,
  scopes,
  hours: { tenantId: facts.grant.tenantId, rev: facts.hoursRev },
  agentsAbove: facts.above.map(({ agent }) => agent),
})

/** The grants that have to be held still: its own, and those above it. */
export const grantsOfIssue = ({ grant, above }: IssueFacts): GrantId[] => [
  grant.id,
  ...above.map(({ grantId }) => grantId),
]

/**
 * The last check, inside the issuing transaction: everything that must stop a credential is looked at again under
 * lock. `moved` means that policy has to be asked again with what is true now.
 */
export function issueProblem(issue: Issue, locked: LockedRows): WireReason | 'moved' | null {
  const grant = locked.grants.get(issue.facts.grant.id)
  if (!grant) return 'grant_unknown'
  return (
    grantProblem(grant, locked.now) ??
    aboveProblem(issue.facts.above, locked) ??
    groundsProblem(issueGrounds(issue), locked)
  )
}
