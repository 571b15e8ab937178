'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { FieldGroup } from '@/components/ui/field'
import type { AgentChoice, Draft } from './form-draft'

export type SubAgentsProps = {
  agents: readonly AgentChoice[]
  draft: Draft
  onChange: (draft: Draft) => void
  error: string | undefined
}

// Few tasks name any: the list is loaded where somebody wants it.
const SubAgentList = dynamic(() => import('./sub-agent-list').then((list) => list.SubAgentList))

/** Which other agents signatures are to count for. May stay empty. */
export function SubAgents(props: SubAgentsProps) {
  const { agents, draft, error } = props
  const [isOpen, setIsOpen] = useState(draft.subAgentIds.length > 0)
  if (!agents.some(({ id }) => id !== draft.agentId)) return null
  return (
    <FieldGroup label="Sub-agents" error={error}>
      <p className="hint">
        Sub-agent: another agent that this one hands part of the task on to. What takes a signature can be
        handed on only to those named here, and only if the approvers sign that. May stay empty.
      </p>
      {isOpen ? (
        <SubAgentList {...props} />
      ) : (
        <div className="row">
          <Button onClick={() => setIsOpen(true)}>Name sub-agents</Button>
        </div>
      )}
    </FieldGroup>
  )
}
