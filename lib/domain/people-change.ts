import { z } from 'zod'
import { ROLES, Role } from './access'
import { type Administrators, isLastAdministrator } from './administrators'
import { CLEAN_LINE, visibleParts } from './clean-text'
import { counted } from './counted'
import { GroupId, PersonId } from './ids'
import { type Result, refusal } from './result'

const GroupName = CLEAN_LINE.min(1, 'Give the group a name.')
  .max(60, 'Keep the name under 60 characters.')
  .refine((name) => visibleParts(name).every(({ kind }) => kind === 'text'), 'Use visible characters only.')
const StageName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'Use 2 to 40 lower-case letters, digits and dashes, as in data-owners.')

const InnerGroup = z.string('Choose a group.').min(1, 'Choose a group.').pipe(GroupId)

/** A change of who may do what. Each is a proposal that a second administrator activates. */
export const PeopleChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role.give'), personId: PersonId, role: Role }),
  z.object({ kind: z.literal('role.take'), personId: PersonId, role: Role }),
  z.object({ kind: z.literal('group.join'), personId: PersonId, groupId: GroupId }),
  z.object({ kind: z.literal('person.enable'), personId: PersonId }),
  z.object({ kind: z.literal('factor.reset'), personId: PersonId }),
  z.object({ kind: z.literal('group.add'), slug: StageName, name: GroupName }),
  z.object({ kind: z.literal('group.rename'), groupId: GroupId, name: GroupName }),
  /** `groupId` is the outer one. */
  z.object({ kind: z.literal('group.nest'), groupId: GroupId, innerId: InnerGroup }),
  z.object({ kind: z.literal('group.unnest'), groupId: GroupId, innerId: InnerGroup }),
])
export type PeopleChange = z.infer<typeof PeopleChange>

/** A place in an approver group: who sits there may sign the stage of its name. */
export type Seat = { groupId: GroupId; slug: string; name: string; isSelfGiven: boolean; added: Date }

/** A person in one tenant, with the version that was read. */
export type PersonState = {
  id: PersonId
  name: string
  rev: number
  disabled: Date | null
  roles: readonly Role[]
  seats: readonly Seat[]
  /** They hold a role in another tenant, which is not this administrator's to end. */
  worksElsewhere: boolean
}

export type GroupState = { id: GroupId; slug: string; name: string; rev: number }

export type HeldFactors = { hasApp: boolean; passkeys: number }

/** What is true of a change's subject at this moment. */
export type ChangeFacts = {
  person: PersonState | null
  group: GroupState | null
  isSlugTaken: boolean
  /** What a disabled person had open and has not ended yet. */
  leftOver: number
  administrators: Administrators
  /** What somebody proves themself with beside a password, and signs with. */
  factors?: HeldFactors
  /** The group that is put into another or taken out of it, and what is in there now. */
  nesting?: {
    inner: GroupState | null
    inside: readonly { id: GroupId; name: string }[]
    makesCycle: boolean
  }
}

/** What a change comes to: its subject, before and after in words, and the seats that fall with it. */
export type Effect = { of: string; before: string; after: string; falls: readonly Seat[]; rev: number }

/** Whom a change benefits. Taking away benefits nobody. */
export const gainsOf = (change: PeopleChange): PersonId | null =>
  change.kind === 'role.give' ||
  change.kind === 'group.join' ||
  change.kind === 'person.enable' ||
  change.kind === 'factor.reset'
    ? change.personId
    : null

const listed = (words: readonly string[]) => words.join(', ') || 'none'
const roleWords = (roles: readonly Role[]) =>
  listed(Role.options.filter((role) => roles.includes(role)).map((role) => ROLES[role]))
const seatWords = (seats: readonly { name: string }[]) => listed(seats.map(({ name }) => name).sort())

const effect = (of: string, before: string, after: string, { rev }: { rev: number }, falls: Seat[] = []) =>
  ({ ok: true, value: { of, before, after, falls, rev } }) satisfies Result<Effect>

function giveRole(person: PersonState, role: Role): Result<Effect> {
  if (person.disabled) return refusal('person_disabled')
  if (person.roles.includes(role)) return refusal('nothing_to_change')
  return effect(
    `Roles of ${person.name}`,
    roleWords(person.roles),
    roleWords([...person.roles, role]),
    person,
  )
}

// Who is no approver any more keeps no seat: what they signed there counts no more.
function takeRole(person: PersonState, role: Role, administrators: Administrators): Result<Effect> {
  if (!person.roles.includes(role)) return refusal('nothing_to_change')
  const left = person.roles.filter((one) => one !== role)
  if (left.length === 0 && !person.worksElsewhere)
    return refusal(person.disabled ? 'last_role_disabled' : 'last_role')
  if (role === 'administrator' && isLastAdministrator(administrators, person.id))
    return refusal('last_administrator')
  const falls = role === 'approver' ? [...person.seats] : []
  return effect(`Roles of ${person.name}`, roleWords(person.roles), roleWords(left), person, falls)
}

function joinGroup(person: PersonState, group: GroupState): Result<Effect> {
  if (person.disabled) return refusal('person_disabled')
  if (!person.roles.includes('approver')) return refusal('not_an_approver')
  if (person.seats.some(({ groupId }) => groupId === group.id)) return refusal('nothing_to_change')
  return effect(
    `Groups of ${person.name}`,
    seatWords(person.seats),
    seatWords([...person.seats, group]),
    person,
  )
}

function enable(person: PersonState, leftOver: number): Result<Effect> {
  if (!person.disabled) return refusal('nothing_to_change')
  if (leftOver > 0) return refusal('still_ending')
  return effect(person.name, 'Disabled', 'Active', person)
}

// They sign in with what is left and set up new ones, so this gives an account to whoever holds that.
function resetFactors(person: PersonState, { hasApp, passkeys }: HeldFactors): Result<Effect> {
  if (person.disabled) return refusal('person_disabled')
  if (person.worksElsewhere) return refusal('works_elsewhere')
  if (!hasApp && passkeys === 0) return refusal('nothing_to_change')
  const held = [
    ...(hasApp ? ['authenticator app'] : []),
    ...(passkeys > 0 ? [counted(passkeys, 'passkey')] : []),
  ]
  return effect(`Second factors of ${person.name}`, listed(held), 'none', person)
}

function renest(kind: 'group.nest' | 'group.unnest', { group, nesting }: ChangeFacts): Result<Effect> {
  const inner = nesting?.inner
  if (!group || !nesting || !inner) return refusal('not_found')
  const { inside } = nesting
  const isInside = inside.some(({ id }) => id === inner.id)
  if (isInside === (kind === 'group.nest')) return refusal('nothing_to_change')
  if (kind === 'group.nest' && nesting.makesCycle) return refusal('group_cycle')
  const after = isInside ? inside.filter(({ id }) => id !== inner.id) : [...inside, inner]
  return effect(`Groups in ${group.name}`, seatWords(inside), seatWords(after), group)
}

/** What a change does to what is there now, or why it cannot be made. */
export function effectOf(change: PeopleChange, facts: ChangeFacts): Result<Effect> {
  const { person, group, administrators } = facts
  if (change.kind === 'group.add')
    return facts.isSlugTaken
      ? refusal('group_exists', { fields: { slug: 'There is a group of that stage already.' } })
      : effect(`Group ${change.slug}`, 'none', change.name, { rev: 0 })
  if (change.kind === 'group.rename') {
    if (!group) return refusal('not_found')
    if (group.name === change.name) return refusal('nothing_to_change')
    return effect(`Group ${group.slug}`, group.name, change.name, group)
  }
  if (change.kind === 'group.nest' || change.kind === 'group.unnest') return renest(change.kind, facts)
  if (!person) return refusal('not_found')
  if (change.kind === 'role.give') return giveRole(person, change.role)
  if (change.kind === 'role.take') return takeRole(person, change.role, administrators)
  if (change.kind === 'factor.reset')
    return facts.factors ? resetFactors(person, facts.factors) : refusal('not_found')
  if (change.kind === 'person.enable') return enable(person, facts.leftOver)
  return group ? joinGroup(person, group) : refusal('not_found')
}

/** Takes one seat away. It waits for nobody: less access is the safe direction. */
export function leaveGroup(person: PersonState, groupId: GroupId): Result<Effect> {
  const seat = person.seats.find((one) => one.groupId === groupId)
  if (!seat) return refusal('nothing_to_change')
  const left = person.seats.filter((one) => one !== seat)
  return effect(`Groups of ${person.name}`, seatWords(person.seats), seatWords(left), person, [seat])
}

/** Whether a person may be disabled now. One administrator has to remain, and other tenants are not touched. */
export function disabling(by: PersonId, person: PersonState, administrators: Administrators): Result<Effect> {
  if (person.disabled) return refusal('nothing_to_change')
  if (isLastAdministrator(administrators, person.id)) return refusal('last_administrator')
  if (person.id === by) return refusal('own_account')
  if (person.worksElsewhere) return refusal('works_elsewhere')
  return effect(person.name, 'Active', 'Disabled', person)
}
