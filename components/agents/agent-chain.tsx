import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import type { ChainNode } from '@/lib/domain/agent-chain'
import { counted } from '@/lib/domain/counted'
import type { AgentId } from '@/lib/domain/ids'

const MEANING = 'Whom it acts for, and whom it has handed a part on to.'

type Props = { graph: readonly ChainNode[]; agentId: AgentId }

/** Who acts through whom in the live grants of an agent that this person may see. */
export function AgentChain({ graph, agentId }: Props) {
  if (graph.length === 0) return null
  return (
    <Part title="Chain" aside={MEANING}>
      <Nodes nodes={graph} agentId={agentId} />
    </Part>
  )
}

function Nodes({ nodes, agentId }: { nodes: readonly ChainNode[]; agentId: AgentId }) {
  return (
    <ul className="chain">
      {nodes.map((node) => (
        <li key={node.id}>
          <Name node={node} isThis={node.id === agentId} />
          {node.grants > 0 ? <span className="note"> {counted(node.grants, 'live grant')}</span> : null}
          {node.below.length > 0 ? <Nodes nodes={node.below} agentId={agentId} /> : null}
        </li>
      ))}
    </ul>
  )
}

function Name({ node: { kind, name }, isThis }: { node: ChainNode; isThis: boolean }) {
  if (kind === 'person') return <span>{name}</span>
  const slug = <code>{name}</code>
  return isThis ? <strong aria-current="true">{slug}</strong> : <Link href={`/agents/${name}`}>{slug}</Link>
}
