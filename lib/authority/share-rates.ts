import { AgentId } from '@/lib/domain/ids'
import { noteSlowedAgents } from '@/lib/usecases/agents/note-slowed-agents'
import type { Rates } from './rates'

/** One exchange with the other authorities, and an entry for each agent whose calls it found used up. */
export async function shareRates(rates: Rates, callsPerAgent: number): Promise<void> {
  const usedUp = await rates.exchange()
  await noteSlowedAgents(
    usedUp.map((id) => AgentId.parse(id)),
    callsPerAgent,
  )
}
