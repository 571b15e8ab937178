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

/** The templates of a tenant, in the order it keeps them. */
export async function listTemplates(tenantId: TenantId): Promise<TemplateRecord[]> {
  const rows = await database().template.findMany({
    where: { tenantId },
    orderBy: [{ position: 'asc' }, { name: 'asc' }],
  })
  return rows.map((row) => ({
    ...row,
    id: TemplateId.parse(row.id),
    agentId: AgentId.parse(row.agentId),
    scopeIds: row.scopeIds.map((id) => ScopeId.parse(id)),
  }))
}

/** What a template calls its kind of goal, or null when the tenant has no such template. */
export async function findGoalCategory(tenantId: TenantId, id: TemplateId): Promise<string | null> {
  const row = await database().template.findFirst({ where: { id, tenantId }, select: { goalCategory: true } })
  return row?.goalCategory ?? null
}
