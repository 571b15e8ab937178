import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { insertFirstTenant } from '@/lib/data/write-first-tenant'
import { hasTenant } from '@/lib/data/write-world'
import type { Act } from '@/lib/domain/act'
import type { TenantId } from '@/lib/domain/ids'
import { done, type Result } from '@/lib/domain/result'

type FirstTenant = {
  slug: string
  name: string
  groups: readonly { slug: string; name: string }[]
}

/**
 * The tenant of an installation that has none, with the empty approver groups its policies name. Of two processes that
 * start at once, the slug lets one add it.
 */
export async function addFirstTenant(
  act: Act,
  { slug, name, groups }: FirstTenant,
): Promise<Result<{ tenantId: TenantId } | null>> {
  if (await hasTenant()) return { ok: true, value: null }
  const tenantId = newId('TenantId')
  const added = { outcome: 'done', tenantId } as const
  const outcome = done(
    { tenantId },
    { type: 'tenant.added', ...added, data: { slug } },
    ...groups.map((group) => ({ type: 'group.added', ...added, data: { group: group.slug } }) as const),
  )
  return commit(act, outcome, (tx) =>
    insertFirstTenant(
      tx,
      { id: tenantId, slug, name },
      groups.map((group) => ({ ...group, id: newId('GroupId') })),
    ),
  )
}
