import { Fact, Facts } from '@/components/ui/facts'
import { Link } from '@/components/ui/link'
import type { Agent } from '@/lib/domain/agent'
import { AgentState } from './agent-state'

type Props = { agent: Agent; nameOf: (personId: string) => string }

export function AgentFacts({ agent, nameOf }: Props) {
  return (
    <Facts>
      <Fact label="State">
        <AgentState agent={agent} />
      </Fact>
      <Fact label="Owners">{agent.owners.map(nameOf).join(', ') || 'none'}</Fact>
      <Fact label="Environments">{agent.environments.join(', ')}</Fact>
      <Fact label="Client ID">
        <code>{agent.id}</code>
      </Fact>
      <Fact label="Trail">
        <Link href={`/audit?agent=${agent.slug}`}>Everything it did</Link>
      </Fact>
    </Facts>
  )
}
