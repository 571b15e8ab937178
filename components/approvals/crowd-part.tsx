import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { counted } from '@/lib/domain/counted'
import { type Crowd, type InboxQuery, inboxHref } from '@/lib/domain/inbox'

/** Many requests of one agent, folded: the agent is the first thing to look at, not its requests. */
export function CrowdPart({ crowd, query }: { crowd: Crowd; query: InboxQuery }) {
  const { agent, count, sensitivity } = crowd
  return (
    <Part
      title={`${agent}: ${counted(count, 'request')}`}
      aside={<Sensitivity level={sensitivity} />}
      className="stack"
    >
      <Callout tone="wait" title="One agent waits with many requests.">
        Look at <Link href={`/agents/${agent}`}>{agent}</Link> before you look at them. Its owners and an
        administrator can suspend it.
      </Callout>
      <p>
        <LinkButton small href={inboxHref({ ...query, agent, after: '' })}>
          Show its requests
        </LinkButton>
      </p>
    </Part>
  )
}
