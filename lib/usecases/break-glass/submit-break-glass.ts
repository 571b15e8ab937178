import type { z } from 'zod'
import { hasOpenBreakGlass } from '@/lib/data/break-glass'
import { commit } from '@/lib/data/commit'
import { insertDecisions } from '@/lib/data/decisions'
import { holdGrounds } from '@/lib/data/hold'
import { listPasskeys } from '@/lib/data/passkeys'
import { findSigningNonce } from '@/lib/data/write-approvals'
import { insertBreakGlass } from '@/lib/data/write-break-glass'
import { insertGrant } from '@/lib/data/write-grants'
import { insertRequest } from '@/lib/data/write-requests'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { breakGlassProblem, breakGlassRefused, usedEvent } from '@/lib/domain/break-glass'
import type { RequestId } from '@/lib/domain/ids'
import { type PasskeyProof, SIGNED_FIELDS } from '@/lib/domain/passkey'
import { type Filed, type Filing, fileRequest, SubmitRequest } from '@/lib/domain/request'
import { type Refusal, type Result, refusal, refused } from '@/lib/domain/result'
import { breakGlassText, findShown, requestOf, type Text, TO_COME } from '../facts/break-glass'
import { filingDigest, filingGrounds, gatherFiling } from '../facts/filing'
import { proveSigner } from '../facts/passkey-proof'

export const SubmitBreakGlass = SubmitRequest.extend(SIGNED_FIELDS)
export type SubmitBreakGlass = z.infer<typeof SubmitBreakGlass>

type Signed = Text & { nonce: string; proof: PasskeyProof }

/** Breaks glass: what was shown is signed with a passkey, live at once, and waits for somebody else's review. */
export async function submitBreakGlass(
  actor: Actor,
  act: Act,
  { nonce, digest, assertion, ...input }: SubmitBreakGlass,
): Promise<Result<{ id: RequestId }>> {
  if (!may(actor, 'request.break_glass')) return refusal('not_allowed')
  const no = (problem: Refusal) =>
    commit<never>(act, refused(problem, breakGlassRefused(actor, problem.code)))
  if (await hasOpenBreakGlass(actor.personId)) return no({ code: 'break_glass_open' })
  const shown = await findShown(actor, await findSigningNonce(nonce), { about: TO_COME, digest })
  if (!shown.ok) return no(shown.refusal)
  const of = { requestId: requestOf(shown.value), version: 1, breakGlass: true }
  const gathered = await gatherFiling(actor, input, of)
  if (!gathered.ok) return gathered
  const filing = gathered.value
  const problem = breakGlassProblem(filing)
  if (problem) return no(problem)
  const text = breakGlassText(filing, nonce)
  if (text.digest !== digest) return no({ code: 'digest_mismatch' })
  const passkeys = await listPasskeys(actor.personId)
  const proved = await proveSigner({ actor, stage: { passkey: true }, passkeys }, digest, assertion)
  if ('code' in proved) return no(proved)
  if (!proved.proof) return no({ code: 'passkey_required' })
  return file(act, filing, { ...text, nonce, proof: proved.proof })
}

async function file(act: Act, filing: Filing, signed: Signed): Promise<Result<{ id: RequestId }>> {
  const outcome = fileRequest(filing)
  const { result } = outcome
  if (!result.ok) return result
  const passkey = signed.proof.passkey.credentialId
  const used = usedEvent(filing, { digest: signed.digest, passkey })
  const written = await commit(act, { result, events: [...outcome.events, used] }, (tx) =>
    store(tx, filing, result.value, signed),
  )
  return written.ok ? { ok: true, value: { id: filing.requestId } } : written
}

async function store(
  tx: Parameters<typeof insertBreakGlass>[0],
  filing: Filing,
  filed: Filed,
  signed: Signed,
): Promise<void> {
  const { actor, agent, decisions, input, goalCategory, policySet, requestId, now } = filing
  const { tenantId, personId } = actor
  const scopes = decisions.map(({ scope }) => scope)
  const decisionIds = decisions.map(({ id }) => id)
  await holdGrounds(tx, filingGrounds(filing))
  const requester = { id: personId, tenantId }
  const task = { input, requester, goalCategory, scopes, delegation: null }
  const row = { filed, ...task, policySet, digest: filingDigest(filing) }
  await insertRequest(tx, { ...row, decisionIds, now }, null)
  await insertBreakGlass(tx, { requestId, tenantId, personId }, { ...signed, signed: now })
  await insertDecisions(tx, decisions, { tenantId, requestId, asked: 'filed', made: now })
  if (!filed.grant) throw new Error('Glass was broken for nothing.')
  await insertGrant(tx, {
    grant: filed.grant,
    ...{ requestId, tenantId, decisionIds, scopes },
    requesterId: personId,
    agentId: agent.id,
    environment: input.environment,
    durationSeconds: input.durationMinutes * 60,
    ...{ uses: null, delegation: null },
  })
}
