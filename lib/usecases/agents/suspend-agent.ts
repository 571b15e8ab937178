import { z } from 'zod'
import { findAgentState } from '@/lib/data/agent-state'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { replaceSuspension } from '@/lib/data/write-agents'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ChangeReason, changeAgent } from '@/lib/domain/agent-change'
import { AgentId } from '@/lib/domain/ids'
import { type Result, refusal } from '@/lib/domain/result'

export const SuspendAgent = z.object({ agentId: AgentId, reason: ChangeReason })
export type SuspendAgent = z.infer<typeof SuspendAgent>

/** Stops an agent: from the commit on nothing is issued to it, and introspection says no for what it holds. */
export async function suspendAgent(
  actor: Actor,
  act: Act,
  { agentId, reason }: SuspendAgent,
): Promise<Result<{ suspended: Date | null }>> {
  const [found, now] = await Promise.all([findAgentState(actor.tenantId, agentId), databaseNow()])
  if (!found) return refusal('not_found')
  const outcome = changeAgent(actor, found.agent, 'suspend', { reason, now })
  const { result } = outcome
  return commit(act, outcome, async (tx) => {
    if (result.ok) await replaceSuspension(tx, { id: agentId, rev: found.rev }, result.value.suspended)
  })
}
