import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { findFetchedDomain, writeRefresh } from '@/lib/data/trust-refresh'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { webhookPermit } from '@/lib/domain/egress-settings'
import type { TrailEvent } from '@/lib/domain/events'
import { ruleAttempt } from '@/lib/domain/proposal'
import type { RefusalCode } from '@/lib/domain/refusals'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { REFRESH_PAUSE_SECONDS, type Refreshing, refreshWords } from '@/lib/domain/trust-bundle'
import { prepareRefresh } from '../facts/bundle-refresh'
import { settings } from '../facts/settings'

export const RefreshTrust = z.object({ name: z.string().min(1).max(255) })
export type RefreshTrust = z.infer<typeof RefreshTrust>

const JUST_NOW = `This was fetched a moment ago. Wait ${REFRESH_PAUSE_SECONDS} seconds, then try again.`

/** What came of it, in a sentence. */
export type Refreshed = { came: Refreshing['kind']; says: string }

/**
 * Fetches the bundle of a trust domain now, and not only when its time comes: from the address that two administrators
 * agreed on, by the same rules. Nobody can have an address asked again and again.
 */
export async function refreshTrust(
  actor: Actor,
  act: Act,
  { name }: RefreshTrust,
): Promise<Result<Refreshed>> {
  const { tenantId, personId: humanId } = actor
  const domain = await findFetchedDomain(tenantId, name)
  if (!domain) return refusal('not_found')
  const refuse = (code: RefusalCode, says?: string) =>
    commit<never>(
      act,
      refused({ code, ...(says ? { says } : {}) }, ruleAttempt(actor, 'trust.refresh', code)),
    )
  if (!may(actor, 'trust.change')) return refuse('not_allowed')
  if (!(await isDueOnceIn(`trust refresh ${name}`, REFRESH_PAUSE_SECONDS)))
    return refuse('quota_reached', JUST_NOW)
  const { permit, bundles } = { permit: webhookPermit(settings()), bundles: settings().bundles }
  const { came, events, row } = await prepareRefresh(domain, { permit, bundles }, humanId)
  const asked: TrailEvent = {
    type: 'trust.refresh_asked',
    outcome: came.kind === 'failed' ? 'refused' : 'done',
    tenantId,
    humanId,
    data: { trustDomain: name, came: came.kind },
  }
  return commit(act, done({ came: came.kind, says: refreshWords(came) }, ...events, asked), (tx) =>
    writeRefresh(tx, domain, row),
  )
}
