import type { Cooling } from '@/lib/domain/cooling'
import { type AgentId, RequestId, ScopeId } from '@/lib/domain/ids'
import { database } from './database'

/** What approvers denied this agent and it may not ask for again yet. */
export async function listCooling(agentId: AgentId, now: Date): Promise<Cooling[]> {
  const rows = await database().request.findMany({
    where: { agentId, state: 'denied', coolsUntil: { gt: now } },
    select: { id: true, coolsUntil: true, scopes: { select: { scopeId: true } } },
    orderBy: { filed: 'desc' },
    take: 1000,
  })
  return rows.flatMap(({ id, coolsUntil, scopes }) =>
    coolsUntil
      ? [
          {
            requestId: RequestId.parse(id),
            until: coolsUntil,
            scopeIds: scopes.map(({ scopeId }) => ScopeId.parse(scopeId)),
          },
        ]
      : [],
  )
}
