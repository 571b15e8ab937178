import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { findFetchedDomain, writeRefresh } from '@/lib/data/trust-refresh'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { webhookPermit } from '@/lib/domain/egress-settings'
import type { TrailEvent } from '@/lib/domain/events'
import { done, type Result, refusal } from '@/lib/domain/result'
import { type Refreshing, refreshWords } from '@/lib/domain/trust-bundle'
import { prepareRefresh } from '../facts/bundle-refresh'
import { refreshProblem } from '../facts/refresh-pause'
import { settings } from '../facts/settings'

export const RefreshTrust = z.object({ name: z.string().min(1).max(255) })
export type RefreshTrust = z.infer<typeof RefreshTrust>

/** What came of it, in a sentence. */
export type Refreshed = { came: Refreshing['kind']; says: string }

/**
 * Fetches the bundle of a trust domain now, and not only when its time comes: from the address that two administrators
 * agreed on, by the same rules.
 */
export async function refreshTrust(
  actor: Actor,
  act: Act,
  { name }: RefreshTrust,
): Promise<Result<Refreshed>> {
  const { tenantId, personId: humanId } = actor
  const domain = await findFetchedDomain(tenantId, name)
  if (!domain) return refusal('not_found')
  const problem = await refreshProblem(actor, name)
  if (problem) return commit(act, problem)
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
