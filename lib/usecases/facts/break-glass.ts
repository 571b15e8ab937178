import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import type { Actor } from '@/lib/domain/access'
import { agentIdentity } from '@/lib/domain/agent'
import { breakGlassPreimage } from '@/lib/domain/break-glass'
import { RequestId } from '@/lib/domain/ids'
import type { JsonObject } from '@/lib/domain/json'
import type { Filing } from '@/lib/domain/request'
import { type Result, refusal } from '@/lib/domain/result'
import { canonicalJson } from '@/lib/trail/canonical'
import { sha256 } from '@/lib/trail/hash'
import { settings } from './settings'

/** What was shown to break glass is kept under this: its request is not there yet. */
export const TO_COME = 'break-glass'

/** What somebody was shown, as it is kept. */
type Kept = {
  requestId: string
  personId: string
  preimage: string
  digest: string
  expires: Date
  used: Date | null
}

export type Text = { preimage: string; digest: string }

/** Canonical JSON of a document, and its SHA-256 in hex. */
export function textOf(document: JsonObject): Text {
  const preimage = canonicalJson(document)
  return { preimage, digest: sha256(preimage).toString('hex') }
}

/** What a requester signs to break glass with this filing. */
export const breakGlassText = (
  { actor, agent, decisions, input, requestId, policySet }: Filing,
  nonce: string,
): Text =>
  textOf(
    breakGlassPreimage({
      issuer: settings().issuer,
      requestId,
      requester: actor.personId,
      agent: { id: agent.id, identity: agentIdentity(agent, input.environment) },
      scopes: decisions.map(({ scope }) => scope),
      environment: input.environment,
      durationSeconds: input.durationMinutes * 60,
      reasonDigest: sha256(input.justification).toString('hex'),
      policySet,
      nonce,
    }),
  )

const Named = z.object({ request: z.object({ id: RequestId }) })

/** The request that a kept document is about. */
export const requestOf = ({ preimage }: Pick<Kept, 'preimage'>): RequestId =>
  Named.parse(JSON.parse(preimage)).request.id

/** What somebody was shown under this nonce, when it is theirs, about this, and can still be signed. */
export async function findShown(
  actor: Actor,
  kept: Kept | null,
  sent: { about: string; digest: string },
): Promise<Result<Kept>> {
  const now = await databaseNow()
  if (!kept || kept.personId !== actor.personId || kept.requestId !== sent.about) return refusal('nonce_used')
  if (kept.used || kept.expires <= now) return refusal('nonce_used')
  return kept.digest === sent.digest ? { ok: true, value: kept } : refusal('digest_mismatch')
}
