import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { listOpened } from '@/lib/data/inbox'
import { newNonce } from '@/lib/data/new-id'
import { insertSigningNonce } from '@/lib/data/write-approvals'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { MOST_AT_ONCE, whyNotAtOnce } from '@/lib/domain/bulk'
import type { TrailEvent } from '@/lib/domain/events'
import { RequestId } from '@/lib/domain/ids'
import type { Verdict } from '@/lib/domain/preimage'
import { REFUSALS } from '@/lib/domain/refusals'
import { type Refusal, type Result, refused } from '@/lib/domain/result'
import type { SigningOptions } from '@/lib/identity/passkeys'
import { optionsToSign } from '../facts/passkey-proof'
import { policyInForce } from '../facts/policy-in-force'
import { gatherSigning, SIGN_WITHIN_SECONDS, type Signable, signedText, unsignable } from '../facts/signing'

export const PrepareSignings = z.object({
  requestIds: z
    .array(RequestId)
    .min(1, 'Select at least one request.')
    .max(MOST_AT_ONCE, `Select at most ${MOST_AT_ONCE} requests.`),
  verdict: z.enum(['approve', 'deny']),
})

type PreparedOne = {
  requestId: RequestId
  nonce: string
  digest: string
  expires: Date
  /** What the browser has a passkey sign this one with. Null when the sign-in signs. */
  passkey: SigningOptions | null
}

export type PreparedMany = {
  prepared: PreparedOne[]
  /** Those this person cannot sign, each with its reason. */
  refused: { requestId: RequestId; says: string }[]
}

type Gathered = {
  signable: Signable[]
  refusals: { requestId: RequestId; refusal: Refusal }[]
  events: TrailEvent[]
}

// What earlier signatures left nothing of can only be denied.
const isEmpty = ({ left }: Signable, verdict: Verdict) => verdict === 'approve' && left.scopes.length === 0

async function gatherAll(actor: Actor, verdict: Verdict, ids: readonly RequestId[]): Promise<Gathered> {
  const gathered: Gathered = { signable: [], refusals: [], events: [] }
  for (const requestId of ids) {
    const gatheredOne = await gatherSigning(actor, { requestId })
    const found =
      'outcome' in gatheredOne || !isEmpty(gatheredOne, verdict)
        ? gatheredOne
        : unsignable(actor, gatheredOne.request, { code: 'nothing_left' })
    if (!('outcome' in found)) gathered.signable.push(found)
    else if (!found.outcome.result.ok) {
      gathered.refusals.push({ requestId, refusal: found.outcome.result.refusal })
      gathered.events.push(...found.outcome.events)
    }
  }
  return gathered
}

async function alike(actor: Actor, signable: readonly Signable[]) {
  const opened = await listOpened(
    actor,
    signable.map(({ request }) => request.id),
  )
  return signable.map(({ request, left, place: { stage } }) => ({
    ...request,
    ...left,
    agent: request.agent.id,
    template: request.templateId === null ? null : { id: request.templateId },
    stage,
    isOpened: opened.has(`${request.id} ${request.version}`),
  }))
}

/**
 * Several answers at once are still one signature each: every request gets its own digest, for one use within 5
 * minutes. One that cannot be signed says why and holds up no other. Several are approved at once only when they are
 * alike, low, and each was opened by this person.
 */
export async function prepareSignings(
  actor: Actor,
  act: Act,
  { requestIds, verdict }: z.infer<typeof PrepareSignings>,
): Promise<Result<PreparedMany>> {
  const { signable, refusals, events } = await gatherAll(actor, verdict, [...new Set(requestIds)])
  const [first] = refusals
  if (signable.length === 0 && first)
    return commit<never>(act, { result: { ok: false, refusal: first.refusal }, events })
  if (verdict === 'approve') {
    const says = whyNotAtOnce(await alike(actor, signable))
    if (says) {
      const traces = signable.flatMap(
        ({ request }) => unsignable(actor, request, { code: 'not_at_once' }).outcome.events,
      )
      return commit<never>(act, refused({ code: 'not_at_once', says }, ...events, ...traces))
    }
  }
  const { version: policySet } = await policyInForce()
  const prepared = signable.map((one) => {
    const nonce = newNonce()
    const expires = new Date(one.now.getTime() + SIGN_WITHIN_SECONDS * 1000)
    const requestId = one.request.id
    const text = signedText(actor, one, { verdict, nonce, policySet, terms: one.left })
    return { requestId, nonce, expires, ...text, passkey: optionsToSign(one.passkeys, text.digest) }
  })
  const value = {
    prepared: prepared.map(({ preimage: _, ...shown }) => shown),
    refused: refusals.map(({ requestId, refusal: { code, says } }) => ({
      requestId,
      says: says ?? REFUSALS[code].says,
    })),
  }
  return commit(act, { result: { ok: true, value }, events }, async (tx) => {
    for (const { requestId, nonce, preimage, digest, expires } of prepared)
      await insertSigningNonce(tx, {
        ...{ nonce, requestId, personId: actor.personId },
        ...{ preimage, digest, expires, used: null },
      })
  })
}
