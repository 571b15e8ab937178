import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { listPasskeys } from '@/lib/data/passkeys'
import { findSigningNonce } from '@/lib/data/write-approvals'
import { reviewBreakGlass } from '@/lib/data/write-break-glass'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { breakGlassRefused, reviewedEvent } from '@/lib/domain/break-glass'
import { CLEAN_TEXT } from '@/lib/domain/clean-text'
import { RequestId } from '@/lib/domain/ids'
import { SIGNED_FIELDS } from '@/lib/domain/passkey'
import { done, type Refusal, type Result, refused } from '@/lib/domain/result'
import { findShown } from '../facts/break-glass'
import { proveSigner } from '../facts/passkey-proof'
import { policyInForce } from '../facts/policy-in-force'
import { gatherReview, reviewText } from '../facts/review'

export const SignReview = z.object({
  requestId: RequestId,
  ...SIGNED_FIELDS,
  note: CLEAN_TEXT.min(1, 'Say what you found, in a sentence.').max(1000, 'Keep it under 1,000 characters.'),
})
export type SignReview = z.infer<typeof SignReview>

/** Signs the review of a use of break-glass. From then on its requester may break glass again. */
export async function signReview(
  actor: Actor,
  act: Act,
  { requestId, nonce, digest, assertion, note }: SignReview,
): Promise<Result<{ id: RequestId }>> {
  const reviewable = await gatherReview(actor, requestId)
  if ('outcome' in reviewable) return commit<never>(act, reviewable.outcome)
  const { request, now } = reviewable
  const no = ({ code }: Refusal) =>
    commit<never>(act, refused(code, breakGlassRefused(actor, code, { requestId })))
  const [{ version: policySet }, kept, passkeys] = await Promise.all([
    policyInForce(),
    findSigningNonce(nonce),
    listPasskeys(actor.personId),
  ])
  const shown = await findShown(actor, kept, { about: request.id, digest })
  if (!shown.ok) return no(shown.refusal)
  const text = reviewText(actor, reviewable, { nonce, policySet })
  if (text.digest !== digest) return no({ code: 'changed_meanwhile' })
  const proved = await proveSigner({ actor, stage: { passkey: false }, passkeys }, digest, assertion)
  if ('code' in proved) return no(proved)
  const passkey = proved.proof?.passkey.credentialId ?? null
  const event = reviewedEvent(actor, request, { digest, passkey, note })
  return commit(act, done({ id: request.id }, event), (tx) =>
    reviewBreakGlass(tx, { requestId, by: actor.personId, note }, { ...text, nonce, ...proved, signed: now }),
  )
}
