import { listCooling } from '@/lib/data/cooling'
import { askedAgain, coolingOf } from '@/lib/domain/cooling'
import type { Filing } from '@/lib/domain/request'
import type { Outcome } from '@/lib/domain/result'

/** The refusal of what an approver has just denied this agent, whoever asks for it now, or null. */
export async function gatherCooling({
  actor,
  agent,
  decisions,
  now,
}: Filing): Promise<Outcome<never> | null> {
  const denials = await listCooling(agent.id, now)
  const cooling = coolingOf(
    decisions.map(({ scope }) => scope.id),
    denials,
  )
  return cooling && askedAgain(actor, agent.id, cooling)
}
