import type { Actor } from '@/lib/domain/access'
import type { Agent } from '@/lib/domain/agent'
import { AgentId, TenantId } from '@/lib/domain/ids'
import { agentOfRow, WITH_AGENT } from './agents'
import { database } from './database'
import { visibleTo } from './visible-requests'

/** An agent with the version that was read, to write over it. */
export async function findAgentState(
  tenantId: TenantId,
  id: AgentId,
): Promise<{ agent: Agent; rev: number } | null> {
  const row = await database().agent.findFirst({ where: { id, tenantId }, include: WITH_AGENT })
  return row && { agent: agentOfRow(row), rev: row.rev }
}

/** How many live grants of each agent this person may see. */
export async function countLiveGrants(actor: Actor, now: Date): Promise<Map<string, number>> {
  const rows = await database().grant.groupBy({
    by: ['agentId'],
    where: { state: 'live', expires: { gt: now }, request: await visibleTo(actor) },
    _count: true,
  })
  return new Map(rows.map(({ agentId, _count }) => [agentId, _count]))
}

/** The tenants of these agents. */
export async function findAgentTenants(
  ids: readonly AgentId[],
): Promise<{ id: AgentId; tenantId: TenantId }[]> {
  const rows = await database().agent.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, tenantId: true },
  })
  return rows.map(({ id, tenantId }) => ({ id: AgentId.parse(id), tenantId: TenantId.parse(tenantId) }))
}
