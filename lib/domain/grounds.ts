import type { Role } from './access'
import type { Agent } from './agent'
import type { Membership } from './approval'
import type { PersonId, PolicySetVersion, TenantId } from './ids'
import type { RefusalCode } from './refusals'
import type { Scope } from './scope'
import type { GrantState } from './status'

/** What an act was decided on. It has to be so still when the act is written. */
export type Grounds = {
  decidedBy: PolicySetVersion
  agent: Pick<Agent, 'id' | 'owners' | 'rev'>
  requesterId: PersonId
  /** Everybody whose roles were looked at, with all they held in that tenant. */
  holders: readonly { personId: PersonId; tenantId: TenantId; roles: readonly Role[] }[]
  /** Of whoever's signature counts. */
  memberships: readonly Membership[]
  scopes: readonly Scope[]
  /** The version of the working hours that policy was told. Absent where a later step asks it again. */
  hours?: { tenantId: TenantId; rev: number }
  /** The agents of the grants above: suspended, they stop what stands below, and their owners sign nothing for it. */
  agentsAbove?: readonly Grounds['agent'][]
}

/** The rows that decide, read again under a lock. A row that is not there was deleted. */
export type LockedRows = {
  now: Date
  policyVersion: string | null
  tenants: ReadonlyMap<string, { hoursRev: number }>
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

function holdsTheSame(
  { personId, tenantId, roles }: Grounds['holders'][number],
  locked: LockedRows,
): boolean {
  const now = locked.roles.get(personId)?.filter((key) => key.startsWith(`${tenantId} `))
  return isSame(
    roles.map((role) => `${tenantId} ${role}`),
    now,
  )
}

/** Whether something that policy was asked with is no longer so: then it has to be asked again. */
function haveMoved(grounds: Grounds, locked: LockedRows): boolean {
  const { decidedBy, agent, holders, memberships, hours, agentsAbove = [] } = grounds
  return (
    locked.policyVersion !== decidedBy ||
    (hours !== undefined && locked.tenants.get(hours.tenantId)?.hoursRev !== hours.rev) ||
    [agent, ...agentsAbove].some(
      ({ id, rev, owners }) => locked.agents.get(id)?.rev !== rev || !isSame(owners, locked.owners.get(id)),
    ) ||
    !holders.every((holder) => holdsTheSame(holder, locked)) ||
    memberships.some(
      ({ row, personId }) => !locked.memberships.has(row) || locked.people.get(personId)?.disabled !== null,
    )
  )
}

/** What refuses an act whose grounds have changed. `moved`: it may be decided again with what is true now. */
export type GroundsProblem =
  | 'grant_unknown'
  | 'person_suspended'
  | 'actor_suspended'
  | 'target_suspended'
  | 'scope_not_granted'
  | 'moved'

/** The last look, under lock, at everything an act was decided on. */
export function groundsProblem(grounds: Grounds, locked: LockedRows): GroundsProblem | null {
  const person = locked.people.get(grounds.requesterId)
  const agent = locked.agents.get(grounds.agent.id)
  if (!person || !agent) return 'grant_unknown'
  if (person.disabled) return 'person_suspended'
  if (agent.suspended) return 'actor_suspended'
  if (grounds.scopes.some(({ serverId }) => locked.servers.get(serverId)?.suspended !== null))
    return 'target_suspended'
  if (grounds.scopes.some(({ id }) => locked.scopes.get(id)?.retired !== null)) return 'scope_not_granted'
  return haveMoved(grounds, locked) ? 'moved' : null
}

/** The same for people: what they are told when the grounds of their act have changed. */
export const GROUNDS_REFUSALS = {
  grant_unknown: 'changed_meanwhile',
  person_suspended: 'changed_meanwhile',
  actor_suspended: 'agent_suspended',
  target_suspended: 'server_suspended',
  scope_not_granted: 'scope_retired',
  moved: 'changed_meanwhile',
} as const satisfies Record<GroundsProblem, RefusalCode>
