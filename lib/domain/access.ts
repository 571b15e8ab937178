import { z } from 'zod'
import type { GroupId, PersonId, SignInId, TenantId } from './ids'

export const Role = z.enum(['requester', 'approver', 'auditor', 'administrator'])
export type Role = z.infer<typeof Role>

export const ROLES = {
  requester: 'Requester',
  approver: 'Approver',
  auditor: 'Compliance officer',
  administrator: 'Administrator',
} as const satisfies Record<Role, string>

/** A signed-in person in one tenant: what every page and action is decided with. */
export type Actor = {
  personId: PersonId
  name: string
  issuer: string
  subject: string
  signInId: SignInId
  signedInAt: Date
  tenantId: TenantId
  tenantName: string
  roles: readonly Role[]
  groups: readonly { id: GroupId; slug: string; name: string; tenantId: TenantId; selfGiven: boolean }[]
}

/** Everything a person can do or see in the console, and who may. One table for navigation, pages and tests. */
export const ABILITIES = {
  'home.see': ['requester', 'approver', 'auditor', 'administrator'],
  'request.file': ['requester'],
  'request.break_glass': ['requester'],
  'break_glass.review': ['approver', 'administrator'],
  'request.see_own': ['requester', 'approver', 'auditor', 'administrator'],
  'request.see_groups': ['approver'],
  'request.see_all': ['auditor', 'administrator'],
  'request.see_proposed': ['auditor'],
  'request.comment': ['requester', 'approver', 'administrator'],
  'approval.see': ['approver'],
  'approval.decide': ['approver'],
  'deputy.name': ['approver'],
  'grant.see_own': ['requester', 'approver', 'auditor', 'administrator'],
  'grant.see_all': ['auditor', 'administrator'],
  'grant.revoke_any': ['administrator'],
  'agent.see': ['requester', 'approver', 'auditor', 'administrator'],
  'agent.change': ['administrator'],
  'template.change': ['administrator'],
  'trust.see': ['auditor', 'administrator'],
  'trust.change': ['administrator'],
  'key.change': ['administrator'],
  'server.see': ['auditor', 'administrator'],
  'server.change': ['administrator'],
  'policy.see': ['approver', 'auditor', 'administrator'],
  'trail.see_own': ['requester', 'approver', 'auditor', 'administrator'],
  'trail.see_all': ['auditor', 'administrator'],
  'trail.export': ['auditor', 'administrator'],
  'people.see': ['auditor', 'administrator'],
  'deciding.see': ['auditor', 'administrator'],
  'people.change': ['administrator'],
  'hours.see': ['auditor', 'administrator'],
  'hours.change': ['administrator'],
  'webhook.see': ['auditor', 'administrator'],
  'webhook.change': ['administrator'],
  'proposal.see': ['auditor', 'administrator'],
  'proposal.decide': ['administrator'],
  'notice.see_own': ['requester', 'approver', 'auditor', 'administrator'],
  'sign_in.see_own': ['requester', 'approver', 'auditor', 'administrator'],
  'sign_in.end_any': ['administrator'],
} as const satisfies Record<string, readonly Role[]>

export type Ability = keyof typeof ABILITIES

export function may(actor: Pick<Actor, 'roles'>, ability: Ability): boolean {
  const holders: readonly Role[] = ABILITIES[ability]
  return actor.roles.some((role) => holders.includes(role))
}

/** The pages of the console, in the order of the menu, and what seeing one takes. */
export const PAGES = [
  { href: '/', label: 'Home', ability: 'home.see', group: 0 },
  { href: '/approvals', label: 'Approvals', ability: 'approval.see', group: 0 },
  { href: '/requests', label: 'Requests', ability: 'request.see_own', group: 0 },
  { href: '/requests/new', label: 'New request', ability: 'request.file', group: 0 },
  { href: '/grants', label: 'Live grants', ability: 'grant.see_own', group: 0 },
  { href: '/agents', label: 'Agents', ability: 'agent.see', group: 1 },
  { href: '/resources', label: 'Resource servers', ability: 'server.see', group: 1 },
  { href: '/policies', label: 'Policies', ability: 'policy.see', group: 1 },
  { href: '/audit', label: 'Audit trail', ability: 'trail.see_own', group: 2 },
  { href: '/settings', label: 'Settings', ability: 'sign_in.see_own', group: 2 },
] as const satisfies readonly { href: string; label: string; ability: Ability; group: number }[]

export const navigationOf = (actor: Pick<Actor, 'roles'>) =>
  PAGES.filter(({ ability }) => may(actor, ability))

export type RequestParties = {
  requesterId: PersonId
  agentOwners: readonly PersonId[]
  /** Tenants of the scopes the request touches. */
  tenants: readonly TenantId[]
  tenantId: TenantId
  /** Stages this request ever demanded. */
  stages: readonly { name: string; tenantId: TenantId }[]
  /** People who signed it. */
  voters: readonly PersonId[]
  /** An agent proposed it and its human has not confirmed it. */
  isUnconfirmed?: boolean
}

const touches = (actor: Actor, parties: RequestParties) =>
  parties.tenantId === actor.tenantId || parties.tenants.includes(actor.tenantId)

const isStageMember = (actor: Actor, parties: RequestParties) =>
  parties.stages.some(({ name, tenantId }) =>
    actor.groups.some((group) => group.slug === name && group.tenantId === tenantId),
  )

/**
 * Own, of one's agent, of one's groups, or everything of a tenant for administrators and compliance. What an agent proposed
 * is its human's business until they have confirmed it, also when they never do: besides them, compliance alone reads it.
 */
export function maySeeRequest(actor: Actor, parties: RequestParties): boolean {
  if (parties.requesterId === actor.personId && parties.tenantId === actor.tenantId) return true
  if (!touches(actor, parties)) return false
  if (parties.isUnconfirmed) return may(actor, 'request.see_proposed')
  if (may(actor, 'request.see_all') || parties.agentOwners.includes(actor.personId)) return true
  return (
    may(actor, 'request.see_groups') &&
    (isStageMember(actor, parties) || parties.voters.includes(actor.personId))
  )
}

/** Everybody who may see it, but nobody by virtue of the auditor role, which changes nothing. */
export const mayComment = (actor: Actor, parties: RequestParties): boolean => {
  const roles = actor.roles.filter((role) => role !== 'auditor')
  return may({ roles }, 'request.comment') && maySeeRequest({ ...actor, roles }, parties)
}

/** Requester, owner of the agent, administrator, that request's approvers, in any tenant touched. Never the auditor role. */
export function mayRevoke(actor: Actor, parties: RequestParties): boolean {
  if (parties.requesterId === actor.personId && parties.tenantId === actor.tenantId) return true
  if (!touches(actor, parties)) return false
  if (may(actor, 'grant.revoke_any') || parties.agentOwners.includes(actor.personId)) return true
  return (
    may(actor, 'approval.decide') &&
    (isStageMember(actor, parties) || parties.voters.includes(actor.personId))
  )
}
