import type { Prisma } from '@/generated/prisma/client'
import { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import type { Reach } from '@/lib/domain/nesting'
import { database } from './database'
import { listReach } from './nesting'

export type GroupSeat = {
  personId: PersonId
  name: string
  addedBy: string
  added: Date
  disabled: Date | null
  isApprover: boolean
  hasPasskey: boolean
  /** The inner group that gives the seat. Null: it is in this one. */
  through: string | null
}

export type GroupRecord = {
  id: GroupId
  tenantId: TenantId
  slug: string
  name: string
  rev: number
  /** Everybody who sits in it, also by a group inside of it. */
  members: GroupSeat[]
  /** The groups that were put into it. */
  holds: { id: GroupId; name: string }[]
}

const ONE = { take: 1, select: { credentialId: true } } as const

/** The approver groups of a tenant with the people in them. */
export async function listGroups(tenantId: TenantId): Promise<GroupRecord[]> {
  const rows = await database().group.findMany({
    where: { tenantId },
    include: {
      members: {
        include: { person: { include: { roles: { where: { tenantId, role: 'approver' } }, passkeys: ONE } } },
        orderBy: { added: 'asc' },
      },
    },
    orderBy: { name: 'asc' },
  })
  const outer = { outerId: { in: rows.map(({ id }) => id) } }
  const [reach, nestings] = await Promise.all([
    listReach(outer),
    database().groupNesting.findMany({ where: outer, orderBy: { added: 'asc' } }),
  ])
  const named = (id: string) => rows.flatMap((row) => (row.id === id ? [row] : []))
  return rows.map(({ members, ...row }) => ({
    ...row,
    id: GroupId.parse(row.id),
    tenantId: TenantId.parse(row.tenantId),
    members: eachOnce([
      ...members.map((member) => seatOf(member, null)),
      ...reach
        .filter(({ outerId }) => outerId === row.id)
        .flatMap((way) =>
          named(way.innerId).flatMap((inner) =>
            inner.members.map((member) => nestedSeat(seatOf(member, inner.name), way)),
          ),
        ),
    ]),
    holds: nestings
      .filter(({ outerId }) => outerId === row.id)
      .flatMap(({ innerId }) => named(innerId).map(({ id, name }) => ({ id: GroupId.parse(id), name }))),
  }))
}

type MemberRow = Prisma.GroupMemberGetPayload<{
  include: { person: { include: { roles: true; passkeys: typeof ONE } } }
}>

const seatOf = ({ person, addedBy, added }: MemberRow, through: string | null): GroupSeat => ({
  personId: PersonId.parse(person.id),
  name: person.name,
  addedBy,
  added,
  disabled: person.disabled,
  isApprover: person.roles.length > 0,
  hasPasskey: person.passkeys.length > 0,
  through,
})

// Whoever put the group where it is gives nothing to themselves by it.
const nestedSeat = (seat: GroupSeat, { since, givenBy }: Reach): GroupSeat => ({
  ...seat,
  added: since > seat.added ? since : seat.added,
  addedBy: givenBy.includes(seat.personId) ? seat.personId : seat.addedBy,
})

// A seat of one's own comes first; somebody else's gift before one's own.
function eachOnce(seats: readonly GroupSeat[]): GroupSeat[] {
  const found = new Map<PersonId, GroupSeat>()
  for (const seat of seats) {
    const known = found.get(seat.personId)
    if (!known || known.addedBy === known.personId) found.set(seat.personId, seat)
  }
  return [...found.values()]
}
