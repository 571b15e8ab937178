import { z } from 'zod'
import { ResourceServerId, ScopeId, TenantId } from './ids'
import { Sensitivity } from './sensitivity'

/** One action on one resource, with everything that was true of it when it was asked for. */
export const Scope = z.object({
  id: ScopeId,
  action: z.string(),
  resource: z.string(),
  sensitivity: Sensitivity,
  dataDomain: z.string(),
  maxSeconds: z.number().int().positive(),
  tenantId: TenantId,
  serverId: ResourceServerId,
  serverName: z.string(),
  /** RFC 8707 resource indicator, and the `aud` of its tokens. */
  serverIdentifier: z.string(),
  /** RFC 9396 authorization_details type. */
  serverType: z.string(),
  /** Its resource server asks before each call it answers: there uses are counted. */
  asksOnline: z.boolean().exactOptional(),
})
export type Scope = z.infer<typeof Scope>

export function groupByServer<S extends Pick<Scope, 'serverId'>>(scopes: readonly S[]): S[][] {
  const groups = new Map<string, S[]>()
  for (const scope of scopes) groups.set(scope.serverId, [...(groups.get(scope.serverId) ?? []), scope])
  return [...groups.values()]
}

export const highestSensitivity = (scopes: readonly Pick<Scope, 'sensitivity'>[]): Sensitivity =>
  scopes.reduce<Sensitivity>((top, { sensitivity }) => (sensitivity > top ? sensitivity : top), 1)
