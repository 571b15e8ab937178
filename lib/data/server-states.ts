import type { ResourceServerId, TenantId } from '@/lib/domain/ids'
import { Sensitivity } from '@/lib/domain/sensitivity'
import type { Classification, ServerChange } from '@/lib/domain/server-change'
import { database } from './database'

/** A resource server of a tenant as it is registered, with the version that is read. */
export const findServerRow = (tenantId: TenantId, id: ResourceServerId) =>
  database().resourceServer.findFirst({
    where: { id, tenantId, removed: null },
    select: {
      ...{ name: true, identifier: true, check: true, asksOnline: true, clientJwk: true, rev: true },
      ...{
        secretHash: true,
        secretMade: true,
        secretRotated: true,
        oldSecretHash: true,
        oldSecretEnds: true,
      },
    },
  })

type ScopeState = Classification & { action: string; resource: string }

/** The scope that a change is about. */
export async function findScopeState(tenantId: TenantId, change: ServerChange): Promise<ScopeState | null> {
  if (change.kind !== 'scope.set' && change.kind !== 'scope.retire') return null
  const { scopeId: id, serverId } = change
  const row = await database().scope.findFirst({ where: { id, serverId, tenantId, retired: null } })
  if (!row) return null
  const { action, resource, dataDomain, maxSeconds } = row
  return { action, resource, dataDomain, maxSeconds, sensitivity: Sensitivity.parse(row.sensitivity) }
}

/** Whether an identifier is somebody’s, of any tenant, or a scope was registered before. */
export async function isServerNameTaken(change: ServerChange): Promise<boolean> {
  if (change.kind === 'server.add')
    return (await database().resourceServer.count({ where: { identifier: change.identifier } })) > 0
  if (change.kind !== 'scope.add') return false
  const { serverId, action, resource } = change
  return (await database().scope.count({ where: { serverId, action, resource } })) > 0
}
