import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { holdFilings } from '@/lib/data/cooling'
import { holdDeputy } from '@/lib/data/deputies'
import { inTurn } from '@/lib/data/in-turn'
import { newId } from '@/lib/data/new-id'
import { findSigningNonce, insertApproval } from '@/lib/data/write-approvals'
import { moveRequest } from '@/lib/data/write-requests'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { CLEAN_TEXT } from '@/lib/domain/clean-text'
import { denial } from '@/lib/domain/countersign'
import { RequestId } from '@/lib/domain/ids'
import { SIGNED_FIELDS } from '@/lib/domain/passkey'
import type { Result } from '@/lib/domain/result'
import { NO_CHANGE } from '@/lib/domain/terms'
import { proveSigner } from '../facts/passkey-proof'
import { policyInForce } from '../facts/policy-in-force'
import { checkShown, DeputyFor, gatherSigning, unsignable } from '../facts/signing'

export const DenyRequest = z.object({
  requestId: RequestId,
  ...SIGNED_FIELDS,
  deputyFor: DeputyFor,
  reason: CLEAN_TEXT.min(1, 'Say why in a sentence. The requester reads it.').max(
    1000,
    'Keep the reason under 1,000 characters.',
  ),
})

/** One no ends the request. The requester reads the reason. */
export async function denyRequest(
  actor: Actor,
  act: Act,
  input: z.infer<typeof DenyRequest>,
): Promise<Result<{ id: RequestId }>> {
  const signable = await gatherSigning(actor, input)
  if ('outcome' in signable) return commit<never>(act, signable.outcome)
  const { request, place, votable, now } = signable
  const { stage, deputyFor, escalatedTo } = place
  const [{ version: policySet }, kept] = await Promise.all([policyInForce(), findSigningNonce(input.nonce)])
  const { left: terms } = signable
  const shown = checkShown(actor, signable, kept, { ...input, verdict: 'deny', policySet, terms })
  if (!shown.ok) return commit<never>(act, unsignable(actor, request, shown.refusal).outcome)
  const { digest } = shown.value
  const proved = await proveSigner({ ...signable, stage, actor }, digest, input.assertion)
  if ('code' in proved) return commit<never>(act, unsignable(actor, request, proved).outcome)
  const approvalId = newId('ApprovalId')
  const passkey = proved.proof?.passkey.credentialId ?? null
  const signed = { actor, request, votable, place, approvalId, digest, passkey, now }
  const vote = { ...signed, change: NO_CHANGE, note: '' }
  const outcome = denial(vote, input.reason)
  if (!outcome.result.ok) return outcome.result
  const { coolsUntil } = outcome.result.value
  const written = await commit(act, outcome, async (tx) => {
    const row = {
      id: approvalId,
      requestId: request.id,
      version: request.version,
      tenantId: stage.tenantId,
      stage: stage.name,
      personId: actor.personId,
      verdict: 'deny' as const,
      reason: input.reason,
      cut: null,
      note: null,
      nonce: input.nonce,
      signed: now,
      deputyFor,
      escalatedTo,
      sameDevice: false,
      ...proved,
      ...shown.value,
    }
    await inTurn([
      ...(coolsUntil ? [holdFilings(tx, request.agent.id)] : []),
      holdDeputy(tx, place.deputyship),
      moveRequest(tx, request, { state: 'denied', decided: now, coolsUntil }),
      insertApproval(tx, row),
    ])
  })
  return written.ok ? { ok: true, value: { id: request.id } } : written
}
