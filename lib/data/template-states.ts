import { ScopeId, TemplateId, type TenantId } from '@/lib/domain/ids'
import type { TemplateChange, TemplateFacts } from '@/lib/domain/template-change'
import { database, pool } from './database'

/** What a change of a template is decided with. */
export async function findTemplateFacts(tenantId: TenantId, change: TemplateChange): Promise<TemplateFacts> {
  const { templateId: id, agentId } = change
  const [row, agent, scopes, taken] = await Promise.all([
    database().template.findFirst({ where: { id, agentId, tenantId, retired: null } }),
    database().agent.findFirst({
      where: { id: agentId, tenantId },
      select: { slug: true, environments: true },
    }),
    database().scope.findMany({ where: { tenantId }, include: { server: { select: { suspended: true } } } }),
    change.kind === 'template.add'
      ? database().template.count({ where: { tenantId, slug: change.slug } })
      : 0,
  ])
  return {
    template: row && { ...row, scopeIds: row.scopeIds.map((scope) => ScopeId.parse(scope)) },
    agent,
    scopes: scopes.map(({ server, retired, ...scope }) => ({
      ...scope,
      id: ScopeId.parse(scope.id),
      isOffered: retired === null && server.suspended === null,
    })),
    isTaken: taken > 0,
  }
}

const FILED = `select r.template_id as id,
  count(*) filter (where r.state = 'awaiting' and r.answer_by > $2)::int as requests,
  count(*) filter (where g.state = 'live' and g.expires > $2)::int as grants
  from request r left join permission_grant g on g.request_id = r.id
  where r.tenant_id = $1 and r.template_id is not null group by r.template_id`

type Filed = { requests: number; grants: number }

/** How many waiting requests and live grants were filed with each template of a tenant. */
export async function countFiledWith(tenantId: TenantId, now: Date): Promise<Map<TemplateId, Filed>> {
  const { rows } = await pool().query<Filed & { id: string }>(FILED, [tenantId, now])
  return new Map(rows.map(({ id, ...filed }) => [TemplateId.parse(id), filed]))
}
