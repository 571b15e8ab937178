import type { ReactNode } from 'react'
import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { Tabs } from '@/components/ui/tabs'
import { Moment } from '@/components/ui/time'
import type { Agent } from '@/lib/domain/agent'

export type AgentTab = 'overview' | 'templates'

type Props = { agent: Agent; tab: AgentTab; action?: ReactNode; children: ReactNode }

/** The head and the tabs that every page about one agent has. */
export function AgentFrame({ agent, tab, action, children }: Props) {
  const path = `/agents/${agent.slug}`
  return (
    <div className="wrap">
      <PageHead
        title={agent.slug}
        path={
          <>
            <Link href="/agents">Agents</Link> / {agent.slug}
          </>
        }
        action={action}
      >
        {agent.purpose}
      </PageHead>
      {agent.suspended ? (
        <Callout tone="bad" title="This agent is suspended.">
          Nothing has been issued to it since <Moment at={agent.suspended} />. An administrator can resume it.
        </Callout>
      ) : null}
      <Tabs
        label="About this agent"
        tabs={[
          { label: 'Overview', href: path, current: tab === 'overview' },
          { label: 'Templates', href: `${path}/templates`, current: tab === 'templates' },
        ]}
      />
      {children}
    </div>
  )
}
