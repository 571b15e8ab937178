import { findSpent, type Quota } from '@/lib/data/rate-counts'
import { FILING_SECONDS, filingQuotas, quotaProblem } from '@/lib/domain/quota'
import type { Filing } from '@/lib/domain/request'
import type { Outcome } from '@/lib/domain/result'
import { settings } from './settings'

/** What filing this takes from, and the refusal when there is none left. */
export async function gatherQuota({
  actor,
  agent,
}: Pick<Filing, 'actor' | 'agent'>): Promise<Quota & { reached: Outcome<never> | null }> {
  const filer = { tenantId: actor.tenantId, personId: actor.personId, agentId: agent.id }
  const keys = filingQuotas(filer)
  const most = settings().limits.filingsPerHour
  const reached = quotaProblem(filer, await findSpent(keys), most)
  return { keys, most, seconds: FILING_SECONDS, reached }
}
