import { findAgent } from '@/lib/data/agents'
import { countInEnvironments } from '@/lib/data/registrations'
import { countFiledWith } from '@/lib/data/template-states'
import type { Actor } from '@/lib/domain/access'
import { lostWords } from '@/lib/domain/agent-registration'
import type { RuleChange } from '@/lib/domain/rule-change'
import { filedWords } from '@/lib/domain/template-change'

const NOTHING = { requests: 0, grants: 0 }

/** What describing an agent anew, or changing or retiring a template, means for what is open, in words. */
export async function registrationImpact(actor: Actor, change: RuleChange, now: Date): Promise<string[]> {
  if (change.kind === 'template.set' || change.kind === 'template.retire') {
    const filed = (await countFiledWith(actor.tenantId, now)).get(change.templateId)
    return [filedWords(change.kind, filed ?? NOTHING)]
  }
  if (change.kind !== 'agent.set') return []
  const agent = await findAgent(actor.tenantId, change.agentId)
  const lost = agent?.environments.filter((name) => !change.environments.includes(name)) ?? []
  if (lost.length === 0) return []
  return [lostWords(lost, await countInEnvironments(change.agentId, lost, now))]
}
