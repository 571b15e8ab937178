import type { GroupId, TenantId } from '@/lib/domain/ids'
import type { Tx } from './commit'

/** A tenant with its approver groups, and nobody in them. */
export async function insertFirstTenant(
  tx: Tx,
  tenant: { id: TenantId; slug: string; name: string },
  groups: readonly { id: GroupId; slug: string; name: string }[],
): Promise<void> {
  await tx.tenant.create({ data: tenant })
  await tx.group.createMany({ data: groups.map((group) => ({ ...group, tenantId: tenant.id })) })
}
