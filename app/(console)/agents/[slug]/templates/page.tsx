import type { Metadata } from 'next'
import { AgentTemplates } from '@/components/agents/agent-templates'
import { listServers } from '@/lib/data/servers'
import { listTemplates } from '@/lib/data/templates'
import { countVisibleRequests } from '@/lib/data/visible-requests'
import { may } from '@/lib/domain/access'
import { pageNow, requireActor } from '@/lib/web/session'
import { AgentPage, agentAt } from '../agent-page'
import { templateTools } from './tools'

type Props = { params: Promise<{ slug: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Templates of ${(await params).slug}` }
}

export default async function AgentTemplatesPage({ params }: Props) {
  const { slug } = await params
  const actor = await requireActor('agent.see', `/agents/${slug}/templates`)
  const [agent, now, templates, servers] = await Promise.all([
    agentAt(actor, slug),
    pageNow(),
    listTemplates(actor.tenantId),
    listServers(actor.tenantId),
  ])
  const [live, tools] = await Promise.all([
    countVisibleRequests(actor, { statuses: ['live'], agentId: agent.id }, now),
    templateTools(actor, agent),
  ])
  const scopes = servers.flatMap((server) => server.scopes)
  const shown = templates
    .filter(({ agentId }) => agentId === agent.id)
    .map((template) => ({
      ...template,
      scopes: scopes.filter(({ id }) => template.scopeIds.includes(id)),
      tools: tools?.toolOf(template),
    }))
  return (
    <AgentPage actor={actor} agent={agent} live={live} tab="templates">
      <AgentTemplates templates={shown} mayFile={may(actor, 'request.file')} add={tools?.add} />
    </AgentPage>
  )
}
