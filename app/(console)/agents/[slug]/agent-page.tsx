import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { AgentFrame, type AgentTab } from '@/components/agents/agent-frame'
import { ResumeAgent, SuspendAgent } from '@/components/agents/change-agent'
import { EditAgent } from '@/components/agents/register-agent'
import { findAgentBySlug } from '@/lib/data/agents'
import type { Actor } from '@/lib/domain/access'
import type { Agent } from '@/lib/domain/agent'
import { mayResume, maySuspend } from '@/lib/domain/agent-change'
import { resumeAgentAction, suspendAgentAction } from '../actions'
import { registering } from '../registering'

/** The agent an address names, in this person's tenant. */
export async function agentAt(actor: Actor, slug: string): Promise<Agent> {
  const agent = await findAgentBySlug(actor.tenantId, decodeURIComponent(slug).slice(0, 200))
  if (!agent) notFound()
  return agent
}

// Its identities stay on the server.
const describedAs = ({ id, slug, purpose, owners, environments }: Agent) => ({
  ...{ id, slug, purpose, owners, environments },
})

type Props = { actor: Actor; agent: Agent; live: number; tab: AgentTab; children: ReactNode }

export async function AgentPage({ actor, agent, live, tab, children }: Props) {
  const editing = await registering(actor)
  const of = { agentId: agent.id, slug: agent.slug }
  return (
    <AgentFrame
      agent={agent}
      tab={tab}
      action={
        <div className="row">
          {editing ? <EditAgent {...editing} agent={describedAs(agent)} /> : null}
          {agent.suspended
            ? mayResume(actor, agent) && <ResumeAgent {...of} action={resumeAgentAction} />
            : maySuspend(actor, agent) && <SuspendAgent {...of} live={live} action={suspendAgentAction} />}
        </div>
      }
    >
      {children}
    </AgentFrame>
  )
}
