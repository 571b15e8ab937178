import type { Metadata } from 'next'
import { AgentChain } from '@/components/agents/agent-chain'
import { AgentFacts } from '@/components/agents/agent-facts'
import { AgentGrants } from '@/components/agents/agent-grants'
import { listChains } from '@/lib/data/agent-chains'
import { listPersonNames } from '@/lib/data/people'
import { countVisibleRequests, listVisibleRequests } from '@/lib/data/visible-requests'
import { may } from '@/lib/domain/access'
import { chainGraph } from '@/lib/domain/agent-chain'
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
  const grants = requests.flatMap(({ grant }) => grant?.id ?? [])
  const chainOf = await listChains(grants, now)
  const graph = chainGraph(
    agent,
    requests.flatMap(({ grant, requester }) => (grant ? { person: requester, ...chainOf(grant.id) } : [])),
  )
  return (
    <AgentPage actor={actor} agent={agent} live={live} tab="overview">
      <AgentFacts agent={agent} nameOf={(id) => names.get(id) ?? id} />
      <Identities actor={actor} agent={agent} />
      <AgentGrants requests={requests} total={live} mayFile={may(actor, 'request.file')} />
      <AgentChain graph={graph} agentId={agent.id} />
    </AgentPage>
  )
}
