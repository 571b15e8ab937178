import type { Prisma } from '@/generated/prisma/client'
import { Role } from '@/lib/domain/access'
import type { Administrators } from '@/lib/domain/administrators'
import { GroupId, PersonId, type TenantId } from '@/lib/domain/ids'
import type { GroupState, PersonState } from '@/lib/domain/people-change'
import { database } from './database'

const WITH_RIGHTS = { roles: true, groups: { include: { group: true } } } as const

function stateOfRow(
  { id, name, rev, disabled, roles, groups }: Prisma.PersonGetPayload<{ include: typeof WITH_RIGHTS }>,
  tenantId: TenantId,
): PersonState {
  return {
    id: PersonId.parse(id),
    name,
    rev,
    disabled,
    roles: roles.filter((held) => held.tenantId === tenantId).map(({ role }) => Role.parse(role)),
    seats: groups
      .filter(({ group }) => group.tenantId === tenantId)
      .map(({ group, addedBy, added }) => ({
        groupId: GroupId.parse(group.id),
        slug: group.slug,
        name: group.name,
        isSelfGiven: addedBy === id,
        added,
      })),
    worksElsewhere: roles.some((held) => held.tenantId !== tenantId),
  }
}

/** A person who holds a role in this tenant, to write over the version that was read. */
export async function findPersonState(tenantId: TenantId, id: PersonId): Promise<PersonState | null> {
  const row = await database().person.findFirst({
    where: { id, roles: { some: { tenantId } } },
    include: WITH_RIGHTS,
  })
  return row && stateOfRow(row, tenantId)
}

export async function findGroupState(tenantId: TenantId, id: GroupId): Promise<GroupState | null> {
  const row = await database().group.findFirst({ where: { id, tenantId } })
  return row && { id: GroupId.parse(row.id), slug: row.slug, name: row.name, rev: row.rev }
}

export const isStageNameTaken = async (tenantId: TenantId, slug: string): Promise<boolean> =>
  (await database().group.count({ where: { tenantId, slug } })) > 0

/** Everybody who holds the role Administrator in a tenant. */
export async function listAdministrators(tenantId: TenantId): Promise<Administrators> {
  const rows = await database().roleHolding.findMany({
    where: { tenantId, role: 'administrator' },
    include: { person: { select: { disabled: true } } },
    orderBy: { personId: 'asc' },
  })
  return rows.map(({ personId, person }) => ({
    personId: PersonId.parse(personId),
    disabled: person.disabled,
  }))
}

/** Everybody who holds a role in a tenant and is not disabled. */
export async function listActivePeople(tenantId: TenantId): Promise<PersonId[]> {
  const rows = await database().person.findMany({
    where: { disabled: null, roles: { some: { tenantId } } },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ id }) => PersonId.parse(id))
}
