import { isDueOnceIn } from '@/lib/data/leases'
import { type Actor, may } from '@/lib/domain/access'
import { ruleAttempt } from '@/lib/domain/proposal'
import type { RefusalCode } from '@/lib/domain/refusals'
import { type Outcome, refused } from '@/lib/domain/result'
import { REFRESH_PAUSE_SECONDS } from '@/lib/domain/trust-bundle'

const JUST_NOW = `This was fetched a moment ago. Wait ${REFRESH_PAUSE_SECONDS} seconds, then try again.`

/**
 * Why this person cannot have it fetched now, with the trace that leaves, or null. Nobody can have an address asked again
 * and again, whoever asks.
 */
export async function refreshProblem(actor: Actor, what: string): Promise<Outcome<never> | null> {
  const refuse = (code: RefusalCode, says?: string) =>
    refused<never>({ code, ...(says ? { says } : {}) }, ruleAttempt(actor, 'trust.refresh', code))
  if (!may(actor, 'trust.change')) return refuse('not_allowed')
  const isDue = await isDueOnceIn(`trust refresh ${what}`, REFRESH_PAUSE_SECONDS)
  return isDue ? null : refuse('quota_reached', JUST_NOW)
}
