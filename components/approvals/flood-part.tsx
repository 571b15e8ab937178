import Link from 'next/link'
import { Callout } from '@/components/ui/callout'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { highestSensitivity } from '@/lib/domain/scope'
import { ApprovalsTable } from './approvals-table'
import type { Flood } from './floods'

type Props = { flood: Flood; most: number; now: Date }

/** Many requests of one agent, folded: the agent is the first thing to look at, not its requests. */
export function FloodPart({ flood: { agentSlug, waiting }, most, now }: Props) {
  const count = waiting.length >= most ? `${most} or more` : String(waiting.length)
  const level = highestSensitivity(waiting.flatMap(({ request }) => request.scopes))
  return (
    <Part title={`${agentSlug}: ${count} requests`} aside={<Sensitivity level={level} />} className="stack">
      <Callout tone="wait" title="One agent waits with many requests.">
        Look at <Link href={`/agents/${agentSlug}`}>{agentSlug}</Link> before you look at them. Its owners and
        an administrator can suspend it.
      </Callout>
      <details>
        <summary>Show its requests</summary>
        <ApprovalsTable caption={`Waiting for you from ${agentSlug}`} waiting={waiting} now={now} />
      </details>
    </Part>
  )
}
