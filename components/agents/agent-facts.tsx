import { Fact, Facts } from '@/components/ui/facts'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { type Agent, agentIdentity } from '@/lib/domain/agent'
import { AgentState } from './agent-state'

type Props = { agent: Agent; nameOf: (personId: string) => string }

export function AgentFacts({ agent, nameOf }: Props) {
  return (
    <>
      <Facts>
        <Fact label="State">
          <AgentState agent={agent} />
        </Fact>
        <Fact label="Owners">{agent.owners.map(nameOf).join(', ') || 'none'}</Fact>
        <Fact label="Environments">{agent.environments.join(', ')}</Fact>
        <Fact label="Trail">
          <Link href={`/audit?agent=${agent.slug}`}>Everything it did</Link>
        </Fact>
      </Facts>
      <Part title="Identities">
        <p className="muted">
          An agent proves with its own key which of these it is. The environment it proves has to be the one
          that was approved.
        </p>
        <Table caption="Identities" columns={[{ label: 'Environment' }, { label: 'SPIFFE ID' }]}>
          {agent.environments.map((environment) => (
            <tr key={environment}>
              <Cell label="Environment">{environment}</Cell>
              <Cell label="SPIFFE ID">
                <code className="break">{agentIdentity(agent, environment)}</code>
              </Cell>
            </tr>
          ))}
        </Table>
      </Part>
    </>
  )
}
