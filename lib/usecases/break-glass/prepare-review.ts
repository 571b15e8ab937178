import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { newNonce } from '@/lib/data/new-id'
import { listPasskeys } from '@/lib/data/passkeys'
import { insertSigningNonce } from '@/lib/data/write-approvals'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { done, type Result } from '@/lib/domain/result'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { optionsToSign } from '../facts/passkey-proof'
import { policyInForce } from '../facts/policy-in-force'
import { gatherReview, reviewText } from '../facts/review'
import { SIGN_WITHIN_SECONDS } from '../facts/signing'

export const PrepareReview = z.object({ requestId: RequestId })

export type PreparedReview = { nonce: string; digest: string; passkey: SigningOptions | null }

/** The digest of a review, shown and kept for 5 minutes. */
export async function prepareReview(
  actor: Actor,
  act: Act,
  input: z.infer<typeof PrepareReview>,
): Promise<Result<PreparedReview>> {
  const reviewable = await gatherReview(actor, input.requestId)
  if ('outcome' in reviewable) return commit<never>(act, reviewable.outcome)
  const { request, now } = reviewable
  const [{ version: policySet }, passkeys] = await Promise.all([
    policyInForce(),
    listPasskeys(actor.personId),
  ])
  const nonce = newNonce()
  const text = reviewText(actor, reviewable, { nonce, policySet })
  const prepared = { nonce, digest: text.digest, passkey: optionsToSign(passkeys, text.digest) }
  const expires = new Date(now.getTime() + SIGN_WITHIN_SECONDS * 1000)
  const kept = { nonce, requestId: request.id, personId: actor.personId, ...text, expires, used: null }
  return commit(act, done(prepared), (tx) => insertSigningNonce(tx, kept))
}
