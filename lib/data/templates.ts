import { AgentId, ScopeId, TemplateId, type TenantId } from '@/lib/domain/ids'
import { database } from './database'

export type TemplateRecord = {
  id: TemplateId
  slug: string
  name: string
  agentId: AgentId
  goal: string
  goalCategory: string
  environment: string
  durationSeconds: number
  scopeIds: ScopeId[]
}

/** The templates a tenant offers, in the order it keeps them. */
export async function listTemplates(tenantId: TenantId): Promise<TemplateRecord[]> {
  const rows = await database().template.findMany({
    where: { tenantId, retired: null },
    orderBy: [{ position: 'asc' }, { name: 'asc' }],
  })
  return rows.map((row) => ({
    ...row,
    id: TemplateId.parse(row.id),
    agentId: AgentId.parse(row.agentId),
    scopeIds: row.scopeIds.map((id) => ScopeId.parse(id)),
  }))
}

/** What a template of a tenant calls its kind of goal, and whether it may still be chosen. */
export const findGoal = (
  tenantId: TenantId,
  id: TemplateId,
): Promise<{ goalCategory: string; retired: Date | null } | null> =>
  database().template.findFirst({ where: { id, tenantId }, select: { goalCategory: true, retired: true } })
