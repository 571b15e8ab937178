import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { isSameDevice } from '@/lib/data/devices'
import { listGroups } from '@/lib/data/groups'
import { newNonce } from '@/lib/data/new-id'
import { insertSigningNonce } from '@/lib/data/write-approvals'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { done, type Result } from '@/lib/domain/result'
import { type Room, roomAfter } from '@/lib/domain/room'
import { areWhole, CHANGES, changesOf, NOT_WHOLE } from '@/lib/domain/signed-terms'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { chooseTerms } from '../facts/narrowing'
import { optionsToSign } from '../facts/passkey-proof'
import { policyInForce } from '../facts/policy-in-force'
import { DeputyFor, gatherSigning, SIGN_WITHIN_SECONDS, type Signable, signedText } from '../facts/signing'

export const PrepareSigning = z
  .object({
    requestId: RequestId,
    verdict: z.enum(['approve', 'deny']),
    deputyFor: DeputyFor,
    ...CHANGES,
  })
  .refine(areWhole, NOT_WHOLE)

export type Prepared = {
  nonce: string
  digest: string
  verdict: 'approve' | 'deny'
  stage: { name: string; groupName: string }
  expires: Date
  /** What a yes leaves its stage with. A no ends the request. */
  room: Room | null
  /** What the browser has a passkey sign with. Null when the sign-in signs: this person has none. */
  passkey: SigningOptions | null
}

/** What the dialog shows is what will be signed: the digest is made now and kept for 5 minutes, for one use. */
export async function prepareSigning(
  actor: Actor,
  act: Act,
  input: z.infer<typeof PrepareSigning>,
): Promise<Result<Prepared>> {
  const signable = await gatherSigning(actor, input)
  if ('outcome' in signable) return commit<never>(act, signable.outcome)
  const { request, place, passkeys, now } = signable
  const { stage } = place
  const [set, groups] = await Promise.all([policyInForce(), listGroups(stage.tenantId)])
  const chosen =
    input.verdict === 'deny'
      ? { terms: signable.left }
      : await chooseTerms(actor, signable, changesOf(input), set)
  if ('outcome' in chosen) return commit<never>(act, chosen.outcome)
  const nonce = newNonce()
  const of = { verdict: input.verdict, nonce, policySet: set.version, terms: chosen.terms }
  const { preimage, digest } = signedText(actor, signable, of)
  const expires = new Date(now.getTime() + SIGN_WITHIN_SECONDS * 1000)
  const groupName = groups.find(({ slug }) => slug === stage.name)?.name ?? stage.name
  const passkey = optionsToSign(passkeys, digest)
  const prepared = {
    nonce,
    digest,
    verdict: input.verdict,
    stage: { name: stage.name, groupName },
    expires,
    room: input.verdict === 'approve' ? await roomOf(actor, signable) : null,
    passkey,
  }
  return commit(act, done<Prepared>(prepared), (tx) =>
    insertSigningNonce(tx, {
      nonce,
      requestId: request.id,
      personId: actor.personId,
      preimage,
      digest,
      expires,
      used: null,
    }),
  )
}

async function roomOf(actor: Actor, { place: { stage, deputyFor }, votable }: Signable): Promise<Room> {
  const mayAsk = stage.sameDevice === 'one-more'
  const sameDevice = mayAsk && (await isSameDevice(actor.signInId, votable.exclusions.requester.personId))
  return roomAfter(stage, votable, { personId: actor.personId, deputyFor, sameDevice })
}
