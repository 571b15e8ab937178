import type { StoredSecrets } from '@/lib/domain/client-secret'
import { ResourceServerId, type TenantId } from '@/lib/domain/ids'
import { Scope } from '@/lib/domain/scope'
import { database } from './database'
import { padded } from './padded'

export type Check = 'offline' | 'introspection'
export const checkOf = (check: string): Check => (check === 'offline' ? 'offline' : 'introspection')

/** How each of these resource servers checks credentials: what a revocation means for it. */
export async function listServerChecks(
  ids: readonly ResourceServerId[],
): Promise<Map<ResourceServerId, Check>> {
  const rows = await database().resourceServer.findMany({
    where: { id: { in: padded(ids) } },
    select: { id: true, check: true },
  })
  return new Map(rows.map(({ id, check }) => [ResourceServerId.parse(id), checkOf(check)]))
}

export type ServerRecord = {
  id: ResourceServerId
  name: string
  identifier: string
  type: string
  check: Check
  asksOnline: boolean
  clientJwk: unknown
  secrets: StoredSecrets
  suspended: Date | null
  scopes: Scope[]
}

/** The resource servers of a tenant with the scopes they offer. */
export async function listServers(tenantId: TenantId): Promise<ServerRecord[]> {
  const rows = await database().resourceServer.findMany({
    where: { tenantId, removed: null },
    include: { scopes: { where: { retired: null }, orderBy: [{ sensitivity: 'asc' }, { action: 'asc' }] } },
    orderBy: { name: 'asc' },
  })
  return rows.map(
    ({ scopes, secretHash, secretMade, secretRotated, oldSecretHash, oldSecretEnds, ...row }) => ({
      ...row,
      secrets: { secretHash, secretMade, secretRotated, oldSecretHash, oldSecretEnds },
      id: ResourceServerId.parse(row.id),
      check: checkOf(row.check),
      scopes: scopes.map((scope) =>
        Scope.parse({
          ...{ ...scope, serverName: row.name, serverIdentifier: row.identifier, serverType: row.type },
          asksOnline: row.asksOnline,
        }),
      ),
    }),
  )
}
