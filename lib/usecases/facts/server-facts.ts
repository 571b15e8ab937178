import { findScopeState, findServerRow, isServerNameTaken } from '@/lib/data/server-states'
import { checkOf } from '@/lib/data/servers'
import { secretMark } from '@/lib/domain/client-secret'
import type { ResourceServerId, TenantId } from '@/lib/domain/ids'
import type { ServerChange, ServerFacts, ServerState } from '@/lib/domain/server-change'
import { readPublicJwk, thumbprintOf } from '@/lib/identity/public-jwk'

/** The thumbprint of a registered key, or null where there is none. */
export function thumbprintOfClient(clientJwk: unknown): string | null {
  const key = readPublicJwk(clientJwk)
  return key.ok ? thumbprintOf(key.jwk) : null
}

/** How a resource server of a tenant is registered now. */
export async function findServerState(tenantId: TenantId, id: ResourceServerId): Promise<ServerState | null> {
  const row = await findServerRow(tenantId, id)
  if (!row) return null
  const { name, identifier, check, asksOnline, clientJwk, secretHash, rev } = row
  const checks = asksOnline ? 'asking' : checkOf(check)
  const secret = secretHash && secretMark(secretHash)
  return { name, identifier, checks, key: thumbprintOfClient(clientJwk), secret, rev }
}

/** What a change of a resource server or its scopes is decided with. */
export async function findServerFacts(tenantId: TenantId, change: ServerChange): Promise<ServerFacts> {
  const [server, scope, isTaken] = await Promise.all([
    'serverId' in change ? findServerState(tenantId, change.serverId) : null,
    findScopeState(tenantId, change),
    isServerNameTaken(change),
  ])
  return { server, scope, isTaken }
}
