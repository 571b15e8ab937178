import type { Metadata } from 'next'
import { AgentTable } from '@/components/agents/agent-table'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { countLiveGrants } from '@/lib/data/agent-state'
import { listAgents } from '@/lib/data/agents'
import { listPersonNames } from '@/lib/data/people'
import { pageNow, requireActor } from '@/lib/web/session'

export const metadata: Metadata = { title: 'Agents' }

export default async function AgentsPage() {
  const actor = await requireActor('agent.see', '/agents')
  const [agents, now] = await Promise.all([listAgents(actor.tenantId), pageNow()])
  const [names, live] = await Promise.all([
    listPersonNames(agents.flatMap(({ owners }) => owners)),
    countLiveGrants(actor, now),
  ])
  return (
    <div className="wrap">
      <PageHead title="Agents">
        An agent is a program with a workload identity of its own. It acts for a person, one task at a time.
      </PageHead>
      {agents.length === 0 ? (
        <Empty title="No agent is registered." action={<LinkButton href="/">Go to Home</LinkButton>}>
          Requests can be filed as soon as there is one.
        </Empty>
      ) : (
        <AgentTable agents={agents} nameOf={(id) => names.get(id) ?? id} liveOf={(id) => live.get(id) ?? 0} />
      )}
    </div>
  )
}
