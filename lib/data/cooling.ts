import { type Cooling, coolingOf } from '@/lib/domain/cooling'
import { type AgentId, RequestId, ScopeId } from '@/lib/domain/ids'
import { ChangedMeanwhile, type Tx } from './commit'
import { database } from './database'

/** What approvers denied this agent and it may not ask for again yet. */
export async function listCooling(agentId: AgentId, now: Date, db: Tx = database()): Promise<Cooling[]> {
  const rows = await db.request.findMany({
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

/**
 * Looks again at what was denied, under the lock on the agent that filing holds by then. A denial takes the same lock
 * first, so it has committed and is seen here, or it comes after this filing.
 */
export async function holdNoCooling(
  tx: Tx,
  { agentId, scopeIds, now }: { agentId: AgentId; scopeIds: readonly ScopeId[]; now: Date },
): Promise<void> {
  if (coolingOf(scopeIds, await listCooling(agentId, now, tx))) throw new ChangedMeanwhile()
}

/** Has whoever files for this agent wait for a denial that closes a window, or the denial for them. */
export async function holdFilings(tx: Tx, agentId: AgentId): Promise<void> {
  await tx.$queryRaw`select id from agent where id = ${agentId} for no key update`
}
