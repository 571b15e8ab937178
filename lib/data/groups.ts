import { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import { database } from './database'

export type GroupSeat = {
  personId: PersonId
  name: string
  addedBy: string
  added: Date
  disabled: Date | null
  isApprover: boolean
}

export type GroupRecord = {
  id: GroupId
  tenantId: TenantId
  slug: string
  name: string
  rev: number
  members: GroupSeat[]
}

/** The approver groups of a tenant with the people in them. */
export async function listGroups(tenantId: TenantId): Promise<GroupRecord[]> {
  const rows = await database().group.findMany({
    where: { tenantId },
    include: {
      members: {
        include: { person: { include: { roles: { where: { tenantId, role: 'approver' } } } } },
        orderBy: { added: 'asc' },
      },
    },
    orderBy: { name: 'asc' },
  })
  return rows.map(({ members, ...row }) => ({
    ...row,
    id: GroupId.parse(row.id),
    tenantId: TenantId.parse(row.tenantId),
    members: members.map(({ person, addedBy, added }) => ({
      personId: PersonId.parse(person.id),
      name: person.name,
      addedBy,
      added,
      disabled: person.disabled,
      isApprover: person.roles.length > 0,
    })),
  }))
}
