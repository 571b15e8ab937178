import type { Role } from './access'
import type { Agent } from './agent'
import type { Membership, Vote } from './approval'
import type { DecisionId, GrantId, PersonId, PolicySetVersion, RequestId, ScopeId, TenantId } from './ids'
import type { Scope } from './scope'
import type { GrantState } from './status'
import type { WireReason } from './wire-reasons'

/** A vote's membership with the row it was read from, so that the row can be locked and found again. */
export type SeenMembership = Membership & { row: string }

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
    /** The decisions that opened it. */
    decisionIds: readonly DecisionId[]
  }
  request: { version: number; goalCategory: string; durationSeconds: number }
  agent: Agent
  agentRev: number
  requester: {
    id: PersonId
    issuer: string
    subject: string
    disabled: Date | null
    roles: readonly Role[]
  }
  scopes: readonly Scope[]
  votes: readonly Vote[]
  memberships: readonly SeenMembership[]
  sameAccount: readonly PersonId[]
}

/** Why nothing may be issued for a grant at this moment, or null. Expiry is a fact of time. */
export function grantProblem(grant: { state: GrantState; expires: Date }, now: Date): WireReason | null {
  if (grant.state === 'revoked') return 'grant_revoked'
  if (grant.state === 'completed') return 'grant_completed'
  return grant.expires <= now ? 'grant_expired' : null
}

/** Why these facts alone refuse, before policy is asked. */
export function factsProblem({ grant, agent, requester, now }: IssueFacts): WireReason | null {
  return (
    grantProblem(grant, now) ??
    (requester.disabled ? 'person_suspended' : null) ??
    (agent.suspended ? 'actor_suspended' : null)
  )
}

/** The rows that decide, read again under a lock. A row that is not there was deleted. */
export type LockedRows = {
  now: Date
  policyVersion: string | null
  people: ReadonlyMap<string, { disabled: Date | null }>
  roles: ReadonlyMap<string, readonly string[]>
  memberships: ReadonlySet<string>
  agents: ReadonlyMap<string, { suspended: Date | null; rev: number }>
  owners: ReadonlyMap<string, readonly string[]>
  servers: ReadonlyMap<string, { suspended: Date | null }>
  scopes: ReadonlyMap<string, { retired: Date | null }>
  grants: ReadonlyMap<string, { state: GrantState; expires: Date }>
}

const isSame = (a: readonly string[], b: readonly string[] = []) =>
  a.length === b.length && a.every((one) => b.includes(one))

/** Whether something that policy was asked with is no longer so: then it has to be asked again. */
function hasMoved(facts: IssueFacts, decidedBy: PolicySetVersion, locked: LockedRows): boolean {
  const { agent, requester, grant, votes } = facts
  const roleKeys = requester.roles.map((role) => `${grant.tenantId} ${role}`)
  const rolesNow = locked.roles.get(requester.id)?.filter((key) => key.startsWith(`${grant.tenantId} `))
  return (
    locked.policyVersion !== decidedBy ||
    locked.agents.get(agent.id)?.rev !== facts.agentRev ||
    !isSame(agent.owners, locked.owners.get(agent.id)) ||
    !isSame(roleKeys, rolesNow) ||
    facts.memberships.some(({ row }) => !locked.memberships.has(row)) ||
    votes.some(({ personId }) => locked.people.get(personId)?.disabled !== null && counts(facts, personId))
  )
}

const counts = (facts: IssueFacts, person: PersonId) =>
  facts.memberships.some(({ personId }) => personId === person)

/**
 * The last check, inside the issuing transaction: everything that must stop a credential is looked at again under
 * lock. `moved` means that policy has to be asked again with what is true now.
 */
export function issueProblem(
  {
    facts,
    decidedBy,
    scopeIds,
  }: { facts: IssueFacts; decidedBy: PolicySetVersion; scopeIds: readonly ScopeId[] },
  locked: LockedRows,
): WireReason | 'moved' | null {
  const grant = locked.grants.get(facts.grant.id)
  const person = locked.people.get(facts.requester.id)
  const agent = locked.agents.get(facts.agent.id)
  if (!grant || !person || !agent) return 'grant_unknown'
  const ended = grantProblem(grant, locked.now)
  if (ended) return ended
  if (person.disabled) return 'person_suspended'
  if (agent.suspended) return 'actor_suspended'
  const scopes = facts.scopes.filter(({ id }) => scopeIds.includes(id))
  if (scopes.some(({ serverId }) => locked.servers.get(serverId)?.suspended !== null))
    return 'target_suspended'
  if (scopes.some(({ id }) => locked.scopes.get(id)?.retired !== null)) return 'scope_not_granted'
  return hasMoved(facts, decidedBy, locked) ? 'moved' : null
}
