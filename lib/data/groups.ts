import { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import { database } from './database'

export type GroupRecord = {
  id: GroupId
  tenantId: TenantId
  slug: string
  name: string
  rev: number
  members: { personId: PersonId; name: string; addedBy: string; added: Date }[]
}

/** The approver groups of a tenant with the people in them. */
export async function listGroups(tenantId: TenantId): Promise<GroupRecord[]> {
  const rows = await database().group.findMany({
    where: { tenantId },
    include: { members: { include: { person: true }, orderBy: { added: 'asc' } } },
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
    })),
  }))
}
