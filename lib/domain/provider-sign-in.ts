import { Role } from './access'
import type { TrailEvent } from './events'
import type { MappedRights } from './group-map'
import type { GroupId, PersonId, TenantId } from './ids'
import type { OpenVote } from './open-things'
import { voidedEvent } from './people-events'

/** Whose rows these are: the provider gave them, and only it takes them. No person's id looks like this. */
export const BY_PROVIDER = 'provider'
export const BY_SETUP_LINK = 'setup_link'

export type HeldRole = { role: Role; givenBy: string }
export type HeldSeat = { groupId: GroupId; slug: string; addedBy: string }

/** What a person holds in the tenant, whoever gave it. */
export type Held = { roles: readonly HeldRole[]; seats: readonly HeldSeat[] }

type Seat = { groupId: GroupId; slug: string }

export type RightsChange = {
  give: readonly HeldRole[]
  take: readonly Role[]
  join: readonly Seat[]
  leave: readonly Seat[]
  /** What the claim does not give any more and the person keeps all the same. */
  kept: readonly Role[]
}

/** Nobody yet, or somebody who was here before. */
export const NOTHING_HELD: Held = { roles: [], seats: [] }

const isProviders = (held: HeldRole, role: Role) => held.role === role && held.givenBy === BY_PROVIDER

type Wanted = MappedRights & {
  firstAdministrator: boolean
  /** Nobody else administers the tenant. */
  isLastAdministrator: boolean
}

/**
 * What a sign-in changes: the provider's own rows follow the claim, what was given in the console stays as it is. A
 * right that both give is one row, and it is the console's. Who is no approver any more keeps no seat. The last
 * administrator keeps that role: otherwise the next start would print a link with which anybody could take it.
 */
export function rightsChange(held: Held, wanted: Wanted, groups: readonly Seat[]): RightsChange {
  const roles = rolesChange(held, wanted)
  const mayWant = (slug: string) => wanted.groups.includes(slug)
  if (!rolesAfter(held, roles).includes('approver')) return { ...roles, join: [], leave: held.seats }
  return {
    ...roles,
    join: groups.filter(
      ({ groupId, slug }) => mayWant(slug) && !held.seats.some((seat) => seat.groupId === groupId),
    ),
    leave: held.seats.filter(({ slug, addedBy }) => addedBy === BY_PROVIDER && !mayWant(slug)),
  }
}

function rolesChange(held: Held, wanted: Wanted): Pick<RightsChange, 'give' | 'take' | 'kept'> {
  const first = wanted.firstAdministrator ? [{ role: 'administrator', givenBy: BY_SETUP_LINK } as const] : []
  const has = (role: Role) => [...held.roles, ...first].some((one) => one.role === role)
  const mapped = wanted.roles.filter((role) => !has(role)).map((role) => ({ role, givenBy: BY_PROVIDER }))
  const gone = Role.options.filter(
    (role) => !wanted.roles.includes(role) && held.roles.some((one) => isProviders(one, role)),
  )
  const isKept = (role: Role) => role === 'administrator' && wanted.isLastAdministrator
  return {
    give: [...mapped, ...first],
    take: gone.filter((role) => !isKept(role)),
    kept: gone.filter(isKept),
  }
}

/** The roles somebody holds after the change. Nobody signs in without one. */
export const rolesAfter = (held: Held, { give, take }: Pick<RightsChange, 'give' | 'take'>): Role[] =>
  Role.options.filter(
    (role) =>
      give.some((one) => one.role === role) ||
      held.roles.some((one) => one.role === role && !take.includes(role)),
  )

/** Whether anything of a person moves, so that their version does. */
export const isAnyChange = ({ give, take, join, leave }: RightsChange): boolean =>
  [give, take, join, leave].some(({ length }) => length > 0)

type Of = { tenantId: TenantId; humanId: PersonId }

/** An event for each role and seat that came or went, and for each vote that fell with a seat. */
export function rightsEvents(
  { tenantId, humanId }: Of,
  change: RightsChange,
  votes: readonly OpenVote[],
): TrailEvent[] {
  const about = { outcome: 'done', tenantId, humanId } as const
  return [
    ...change.give.map(
      ({ role, givenBy }): TrailEvent => ({
        type: 'person.role_given',
        ...about,
        data: { role, by: givenBy },
      }),
    ),
    ...change.take.map(
      (role): TrailEvent => ({ type: 'person.role_taken', ...about, data: { role, by: BY_PROVIDER } }),
    ),
    ...change.kept.map(
      (role): TrailEvent => ({
        type: 'person.role_kept',
        ...about,
        outcome: 'refused',
        data: { role, by: BY_PROVIDER, because: 'last_administrator' },
      }),
    ),
    ...change.join.map(
      ({ slug }): TrailEvent => ({
        type: 'person.grouped',
        ...about,
        data: { group: slug, by: BY_PROVIDER },
      }),
    ),
    ...change.leave.map(
      ({ slug }): TrailEvent => ({
        type: 'person.ungrouped',
        ...about,
        data: { group: slug, by: BY_PROVIDER },
      }),
    ),
    ...votes.map((vote) => voidedEvent(vote, 'seat_left')),
  ]
}
