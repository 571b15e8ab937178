import type { Metadata } from 'next'
import { AgentTable } from '@/components/agents/agent-table'
import { AddAgent } from '@/components/agents/register-agent'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { countLiveGrants } from '@/lib/data/agent-state'
import { listAgents } from '@/lib/data/agents'
import { listPersonNames } from '@/lib/data/people'
import { listUnidentified } from '@/lib/data/registrations'
import { pageNow, requireActor } from '@/lib/web/session'
import { registering } from './registering'

export const metadata: Metadata = { title: 'Agents' }

export default async function AgentsPage() {
  const actor = await requireActor('agent.see', '/agents')
  const [agents, now, adding] = await Promise.all([listAgents(actor.tenantId), pageNow(), registering(actor)])
  const [names, live, unidentified] = await Promise.all([
    listPersonNames(agents.flatMap(({ owners }) => owners)),
    countLiveGrants(actor, now),
    adding ? listUnidentified(actor.tenantId) : new Set<string>(),
  ])
  const add = adding ? <AddAgent {...adding} tenant={actor.tenantName} /> : undefined
  return (
    <div className="wrap">
      <PageHead title="Agents" action={agents.length > 0 ? add : undefined}>
        An agent is a program with a workload identity of its own. It acts for a person, one task at a time.
      </PageHead>
      {agents.length === 0 ? (
        <Empty title="No agent is registered." action={add ?? <LinkButton href="/">Go to Home</LinkButton>}>
          {add ? 'Add one, then give it an identity.' : 'An administrator can add one.'} Requests can be filed
          as soon as there is one.
        </Empty>
      ) : (
        <AgentTable
          agents={agents}
          nameOf={(id) => names.get(id) ?? id}
          liveOf={(id) => live.get(id) ?? 0}
          isUnidentified={(id) => unidentified.has(id)}
        />
      )}
    </div>
  )
}
