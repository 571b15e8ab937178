import type { Act } from '@/lib/domain/act'
import { type AgentRefusal, agentRefusedEvent } from '@/lib/domain/agent-refusal'
import { type BatchStep, groupCommit } from './commit-batch'

const step: BatchStep<AgentRefusal & { act: Act }, null> = async (_, asks) =>
  asks.map(({ act, ...refusal }) => ({ answer: null, act, events: [agentRefusedEvent(refusal)] }))

/** Writes down that an agent was turned away, all in flight together: a storm of refused calls costs as little. */
export const recordAgentRefusal = groupCommit(step)
