import { Badge } from '@/components/ui/badge'
import type { Agent } from '@/lib/domain/agent'

/** Whether anything may be issued to it. */
export function AgentState({ agent }: { agent: Pick<Agent, 'suspended'> }) {
  return agent.suspended ? (
    <Badge tone="bad" plain>
      Suspended
    </Badge>
  ) : (
    <Badge tone="live" plain>
      Active
    </Badge>
  )
}
