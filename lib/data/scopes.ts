import type { Prisma } from '@/generated/prisma/client'
import type { ScopeId, TenantId } from '@/lib/domain/ids'
import { Scope } from '@/lib/domain/scope'
import { database } from './database'

const scopeOfRow = (row: Prisma.ScopeGetPayload<{ include: { server: true } }>): Scope =>
  Scope.parse({
    ...row,
    serverName: row.server.name,
    serverIdentifier: row.server.identifier,
    serverType: row.server.type,
    asksOnline: row.server.asksOnline,
  })

const OFFERED = { retired: null, server: { suspended: null } } as const

/** The scopes a tenant offers for new requests, by resource server and action. */
export async function listScopes(tenantId: TenantId): Promise<Scope[]> {
  const rows = await database().scope.findMany({
    where: { tenantId, ...OFFERED },
    include: { server: true },
    orderBy: [{ server: { name: 'asc' } }, { sensitivity: 'asc' }, { action: 'asc' }, { resource: 'asc' }],
  })
  return rows.map(scopeOfRow)
}

/** Those of the ids that are offered now, in no promised order. */
export async function findScopes(ids: readonly ScopeId[]): Promise<Scope[]> {
  const rows = await database().scope.findMany({
    where: { id: { in: [...ids] }, ...OFFERED },
    include: { server: true },
  })
  return rows.map(scopeOfRow)
}

/** Those of the ids that nobody offers any more: retired, or of a server that is suspended or removed. */
export async function findUnoffered(ids: readonly ScopeId[]): Promise<ScopeId[]> {
  const offered = await findScopes(ids)
  return ids.filter((id) => !offered.some((scope) => scope.id === id))
}
