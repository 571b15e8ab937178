import { Link } from '@/components/ui/link'
import { Cell, Table } from '@/components/ui/table'
import { type Agent, agentFamily } from '@/lib/domain/agent'
import { AgentState } from './agent-state'

const COLUMNS = [
  { label: 'Agent' },
  { label: 'State' },
  { label: 'Owners' },
  { label: 'Identity' },
  { label: 'Environments' },
  { label: 'Live grants', number: true },
]

type Props = {
  agents: readonly Agent[]
  nameOf: (personId: string) => string
  liveOf: (agentId: string) => number
  /** Whether it has nothing to prove itself with, and this person may change that. */
  isUnidentified: (agentId: string) => boolean
}

export function AgentTable({ agents, nameOf, liveOf, isUnidentified }: Props) {
  return (
    <Table caption="Agents" columns={COLUMNS} className="directory">
      {agents.map((agent) => (
        <tr key={agent.id}>
          <Cell>
            <Link href={`/agents/${agent.slug}`}>
              <code>{agent.slug}</code>
            </Link>
          </Cell>
          <Cell label="State">
            <AgentState agent={agent} />
          </Cell>
          <Cell label="Owners">{agent.owners.map(nameOf).join(', ') || 'none'}</Cell>
          <Cell label="Identity">
            {isUnidentified(agent.id) ? (
              <Link href={`/agents/${agent.slug}`} aria-label={`Add identity of ${agent.slug}`}>
                Add identity
              </Link>
            ) : (
              <code className="break">{agentFamily(agent)}</code>
            )}
          </Cell>
          <Cell label="Environments">{agent.environments.join(', ')}</Cell>
          <Cell label="Live grants" number>
            {liveOf(agent.id)}
          </Cell>
        </tr>
      ))}
    </Table>
  )
}
