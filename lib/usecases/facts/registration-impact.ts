import { findAgent } from '@/lib/data/agents'
import { countInEnvironments } from '@/lib/data/registrations'
import type { Actor } from '@/lib/domain/access'
import { lostWords } from '@/lib/domain/agent-registration'
import type { RuleChange } from '@/lib/domain/rule-change'

/** What describing an agent anew means for what it has open, in words. */
export async function registrationImpact(actor: Actor, change: RuleChange, now: Date): Promise<string[]> {
  if (change.kind !== 'agent.set') return []
  const agent = await findAgent(actor.tenantId, change.agentId)
  const lost = agent?.environments.filter((name) => !change.environments.includes(name)) ?? []
  if (lost.length === 0) return []
  return [lostWords(lost, await countInEnvironments(change.agentId, lost, now))]
}
