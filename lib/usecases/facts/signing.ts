import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { listRepresented } from '@/lib/data/deputies'
import { listPasskeys } from '@/lib/data/passkeys'
import { findVotingFacts } from '@/lib/data/requests'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { type Actor, may } from '@/lib/domain/access'
import { agentIdentity } from '@/lib/domain/agent'
import type { Votable } from '@/lib/domain/approval'
import { changedWords } from '@/lib/domain/changed-words'
import { delegationToSign } from '@/lib/domain/delegation'
import { PersonId, type PolicySetVersion, type RequestId } from '@/lib/domain/ids'
import type { Passkey } from '@/lib/domain/passkey'
import { type Place, type Standing, stageToSign } from '@/lib/domain/place'
import { approvalPreimage, type Verdict } from '@/lib/domain/preimage'
import { type RequestRecord, termsOf, votableOf } from '@/lib/domain/request-record'
import { type Outcome, type Refusal, type Result, refusal, refused } from '@/lib/domain/result'
import { termsLeft } from '@/lib/domain/signed-terms'
import { requestStatus } from '@/lib/domain/status'
import type { Terms } from '@/lib/domain/terms'
import { canonicalJson } from '@/lib/trail/canonical'
import { sha256 } from '@/lib/trail/hash'
import { settings } from './settings'

/** How long what somebody was shown can be signed. */
export const SIGN_WITHIN_SECONDS = 5 * 60

export type Signable = {
  request: RequestRecord
  votable: Votable
  place: Place
  /** What the signatures so far leave of what was asked. */
  left: Terms
  /** Of who signs. With one of these they do, when they have any. */
  passkeys: readonly Passkey[]
  now: Date
}

/** A refused attempt to sign, with its trace. */
export type Unsignable = { outcome: Outcome<never> }

export const unsignable = (
  actor: Actor,
  request: RequestRecord,
  refusal: Refusal,
  policyIds: readonly string[] = [],
): Unsignable => ({
  outcome: refused(refusal, {
    type: 'approval.refused',
    outcome: 'refused',
    tenantId: request.tenantId,
    humanId: actor.personId,
    agentId: request.agent.id,
    requestId: request.id,
    decisionIds: request.decisionIds,
    ...(policyIds.length > 0 ? { policyIds } : {}),
    data: { reason: refusal.code, version: request.version },
  }),
})

/** The field of every form that signs: whom it is signed for, or nothing when the signer signs for themselves. */
export const DeputyFor = z.union([PersonId, z.literal('')]).optional()
export type DeputyFor = z.infer<typeof DeputyFor>

async function standingFor(actor: Actor, deputyFor: DeputyFor, now: Date): Promise<Standing | null> {
  if (!deputyFor) return null
  const represented = await listRepresented(actor.personId, now)
  return { personId: deputyFor, in: represented.filter(({ personId }) => personId === deputyFor) }
}

/** The request and the stage this person may sign now, or the refusal with the trace it leaves. */
export async function gatherSigning(
  actor: Actor,
  { requestId, deputyFor }: { requestId: RequestId; deputyFor?: DeputyFor },
): Promise<Signable | Unsignable> {
  const request = await findVisibleRequest(actor, requestId)
  if (!request) return { outcome: refused('not_found') }
  if (!may(actor, 'approval.decide') && request.requester.id !== actor.personId)
    return unsignable(actor, request, { code: 'not_allowed' })
  const [facts, now, passkeys] = await Promise.all([
    findVotingFacts(request),
    databaseNow(),
    listPasskeys(actor.personId),
  ])
  if (requestStatus(request, request.grant, now) !== 'awaiting') return { outcome: refused('not_awaiting') }
  const votable = votableOf(request, facts, now)
  const next = stageToSign(actor, votable, now, await standingFor(actor, deputyFor, now))
  if ('code' in next) return unsignable(actor, request, next)
  if (next.stage.passkey && passkeys.length === 0)
    return unsignable(actor, request, { code: 'passkey_required' })
  const left = termsLeft(termsOf(request).asked, votable)
  return { request, votable, place: next, left, passkeys, now }
}

type ToSign = { verdict: Verdict; nonce: string; policySet: PolicySetVersion; terms: Terms }

/** Canonical JSON of what is signed, and its SHA-256 in hex (DESIGN 6). */
export function signedText(
  actor: Actor,
  { request, place }: Pick<Signable, 'request' | 'place'>,
  { terms, ...of }: ToSign,
): { preimage: string; digest: string } {
  const preimage = canonicalJson(
    approvalPreimage({
      issuer: settings().issuer,
      requestId: request.id,
      version: request.version,
      ...place,
      approver: actor.personId,
      requester: request.requester.id,
      agent: { id: request.agent.id, identity: agentIdentity(request.agent, request.environment) },
      ...terms,
      environment: request.environment,
      ...of,
    }),
  )
  return { preimage, digest: sha256(preimage).toString('hex') }
}

export type Shown = { nonce: string; digest: string }

const KeptTerms = z.object({
  scopes: z.array(z.object({ id: z.string() })),
  durationSeconds: z.number(),
  uses: z.number().nullable(),
  delegation: z.json(),
})

/** Whether a kept document says these terms. */
function isSame(preimage: string, { scopes, durationSeconds, uses, delegation }: Terms): boolean {
  const kept = KeptTerms.parse(JSON.parse(preimage))
  const ids = new Set(scopes.map(({ id }) => String(id)))
  const isOfSameScopes = kept.scopes.length === ids.size && kept.scopes.every(({ id }) => ids.has(id))
  const isForTheSame = canonicalJson(kept.delegation) === canonicalJson(delegationToSign(delegation))
  return isOfSameScopes && isForTheSame && kept.durationSeconds === durationSeconds && kept.uses === uses
}

/** Holds what was sent against what was shown and against what is true now. Anything else signs nothing. */
export function checkShown(
  actor: Actor,
  signable: Signable,
  kept: {
    requestId: string
    personId: string
    digest: string
    preimage: string
    used: Date | null
    expires: Date
  } | null,
  sent: Shown & ToSign & { isChanged?: boolean },
): Result<{ preimage: string; digest: string; prepared: Date }> {
  if (!kept || kept.personId !== actor.personId || kept.requestId !== signable.request.id)
    return refusal('nonce_used')
  if (kept.used || kept.expires <= signable.now) return refusal('nonce_used')
  if (kept.digest !== sent.digest) return refusal('digest_mismatch')
  // The page says which scopes it means: other ones than it was shown are the page's doing, not the world's.
  if (sent.isChanged && !isSame(kept.preimage, sent.terms)) return refusal('digest_mismatch')
  const { verdict, nonce, policySet, terms } = sent
  const text = signedText(actor, signable, { verdict, nonce, policySet, terms })
  if (text.digest !== kept.digest)
    return refusal('changed_meanwhile', {
      says: changedWords(kept.preimage, text.preimage, signable.request),
    })
  const prepared = new Date(kept.expires.getTime() - SIGN_WITHIN_SECONDS * 1000)
  return { ok: true, value: { ...text, prepared } }
}
