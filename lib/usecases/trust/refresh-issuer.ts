import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findIssuer } from '@/lib/data/trust'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { webhookPermit } from '@/lib/domain/egress-settings'
import type { TrailEvent } from '@/lib/domain/events'
import { OidcIssuerId } from '@/lib/domain/ids'
import { foundWords } from '@/lib/domain/issuer-answer'
import { isAskedForKeys } from '@/lib/domain/oidc-issuer'
import { done, type Result, refusal } from '@/lib/domain/result'
import { askIssuer } from '../facts/issuer-keys'
import { refreshProblem } from '../facts/refresh-pause'
import { settings } from '../facts/settings'

export const RefreshIssuer = z.object({ issuerId: OidcIssuerId })
export type RefreshIssuer = z.infer<typeof RefreshIssuer>

/** What came of it, in a sentence. */
export type Answered = { came: 'answered' | 'failed'; says: string }

/** Asks an issuer for its keys now, at the address that administrators agreed on, and says how it answers. */
export async function refreshIssuer(
  actor: Actor,
  act: Act,
  { issuerId }: RefreshIssuer,
): Promise<Result<Answered>> {
  const { tenantId, personId: humanId } = actor
  const issuer = await findIssuer(tenantId, issuerId)
  if (!issuer || !isAskedForKeys(issuer)) return refusal('not_found')
  const problem = await refreshProblem(actor, issuerId)
  if (problem) return commit(act, problem)
  const found = await askIssuer(issuer, { now: await databaseNow(), permit: webhookPermit(settings()) })
  const came = found.ok ? 'answered' : 'failed'
  const says = foundWords(found)
  const event: TrailEvent = {
    type: 'trust.refresh_asked',
    outcome: found.ok ? 'done' : 'refused',
    tenantId,
    humanId,
    data: { issuer: issuer.issuer, came, says },
  }
  return commit(act, done({ came, says }, event))
}
