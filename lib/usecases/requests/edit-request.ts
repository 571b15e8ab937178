import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { insertDecisions } from '@/lib/data/decisions'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { insertGrant } from '@/lib/data/write-grants'
import { replaceRequest } from '@/lib/data/write-requests'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { fileRequest, SubmitRequest } from '@/lib/domain/request'
import { type Result, refusal } from '@/lib/domain/result'
import { type RequestState, requestStatus } from '@/lib/domain/status'
import { filingDigest, gatherFiling } from '../facts/filing'

export const EditRequest = SubmitRequest.extend({ requestId: RequestId, rev: z.coerce.number().int() })
export type EditRequest = z.infer<typeof EditRequest>

/** The requester's own change: a new version, decided anew. Votes on the earlier version are void. */
export async function editRequest(
  actor: Actor,
  act: Act,
  input: EditRequest,
): Promise<Result<{ id: RequestId; state: RequestState }>> {
  if (!may(actor, 'request.file')) return refusal('not_allowed')
  const request = await findVisibleRequest(actor, input.requestId)
  if (!request || request.requester.id !== actor.personId) return refusal('not_found')
  if (request.rev !== input.rev) return refusal('changed_meanwhile')
  const gathered = await gatherFiling(actor, input, { requestId: request.id, version: request.version + 1 })
  if (!gathered.ok) return gathered
  const filing = gathered.value
  const { decisions, agent, now, goalCategory, policySet } = filing
  if (requestStatus(request, request.grant, now) !== 'awaiting') return refusal('not_awaiting')
  const outcome = fileRequest(filing)
  const { result } = outcome
  if (!result.ok) return result
  const filed = result.value
  const scopes = decisions.map(({ scope }) => scope)
  const decisionIds = decisions.map(({ id }) => id)
  const requester = { id: actor.personId, tenantId: actor.tenantId }
  const written = await commit(act, outcome, async (tx) => {
    await replaceRequest(tx, request, {
      filed,
      input,
      requester,
      goalCategory,
      scopes,
      policySet,
      digest: filingDigest(filing),
      decisionIds,
      now,
    })
    await insertDecisions(tx, decisions, {
      tenantId: actor.tenantId,
      requestId: request.id,
      asked: 'filed',
      made: now,
    })
    if (filed.grant)
      await insertGrant(tx, {
        grant: filed.grant,
        requestId: request.id,
        tenantId: actor.tenantId,
        requesterId: actor.personId,
        agentId: agent.id,
        environment: input.environment,
        decisionIds,
        scopes,
      })
  })
  return written.ok ? { ok: true, value: { id: request.id, state: filed.state } } : written
}
