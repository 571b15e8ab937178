import { Role } from '@/lib/domain/access'
import { GroupId, PersonId, TenantId } from '@/lib/domain/ids'
import type { Held } from '@/lib/domain/provider-sign-in'
import { database } from './database'

export type KnownPerson = { id: PersonId; name: string; rev: number; disabled: Date | null; held: Held }

/** Whoever a provider's subject is here, disabled or not, with what they hold in a tenant. The oldest account counts. */
export async function findProvidedPerson(
  issuer: string,
  subject: string,
  tenantId: TenantId,
): Promise<KnownPerson | null> {
  const row = await database().person.findFirst({
    where: { issuer, subject },
    include: {
      roles: { where: { tenantId } },
      groups: { where: { group: { tenantId } }, include: { group: true } },
    },
    orderBy: [{ created: 'asc' }, { id: 'asc' }],
  })
  if (!row) return null
  const roles = row.roles.map(({ role, givenBy }) => ({ role: Role.parse(role), givenBy }))
  const seats = row.groups.map(({ group, addedBy }) => ({
    groupId: GroupId.parse(group.id),
    slug: group.slug,
    addedBy,
  }))
  const { name, rev, disabled } = row
  return { id: PersonId.parse(row.id), name, rev, disabled, held: { roles, seats } }
}

/** The tenant that a provider's people belong to: the first that was set up. */
export async function findFirstTenant(): Promise<TenantId | null> {
  const row = await database().tenant.findFirst({ orderBy: [{ created: 'asc' }, { id: 'asc' }] })
  return row && TenantId.parse(row.id)
}
