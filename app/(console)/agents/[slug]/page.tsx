import type { Metadata } from 'next'
import { AgentFacts } from '@/components/agents/agent-facts'
import { AgentGrants } from '@/components/agents/agent-grants'
import { listPersonNames } from '@/lib/data/people'
import { countVisibleRequests, listVisibleRequests } from '@/lib/data/visible-requests'
import { may } from '@/lib/domain/access'
import { pageNow, requireActor } from '@/lib/web/session'
import { AgentPage, agentAt } from './agent-page'
import { Identities } from './identities'

type Props = { params: Promise<{ slug: string }> }

const LISTED = 50

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).slug }
}

export default async function AgentOverviewPage({ params }: Props) {
  const { slug } = await params
  const actor = await requireActor('agent.see', `/agents/${slug}`)
  const [agent, now] = await Promise.all([agentAt(actor, slug), pageNow()])
  const filter = { statuses: ['live'], agentId: agent.id } as const
  const [live, requests, names] = await Promise.all([
    countVisibleRequests(actor, filter, now),
    listVisibleRequests(actor, filter, { now, take: LISTED }),
    listPersonNames(agent.owners),
  ])
  return (
    <AgentPage actor={actor} agent={agent} live={live} tab="overview">
      <AgentFacts agent={agent} nameOf={(id) => names.get(id) ?? id} />
      <Identities actor={actor} agent={agent} />
      <AgentGrants requests={requests} total={live} mayFile={may(actor, 'request.file')} />
    </AgentPage>
  )
}
