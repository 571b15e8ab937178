import { commit } from '@/lib/data/commit'
import { insertDecisions } from '@/lib/data/decisions'
import { newId } from '@/lib/data/new-id'
import { insertGrant } from '@/lib/data/write-grants'
import { insertRequest } from '@/lib/data/write-requests'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { RequestId } from '@/lib/domain/ids'
import { fileRequest, type SubmitRequest } from '@/lib/domain/request'
import { type Result, refusal } from '@/lib/domain/result'
import type { RequestState } from '@/lib/domain/status'
import { filingDigest, gatherFiling } from '../facts/filing'

/** Files a task request: one decision a scope, live at once when nothing is sensitive. */
export async function submitRequest(
  actor: Actor,
  act: Act,
  input: SubmitRequest,
): Promise<Result<{ id: RequestId; state: RequestState }>> {
  if (!may(actor, 'request.file')) return refusal('not_allowed')
  const gathered = await gatherFiling(actor, input, { requestId: newId('RequestId'), version: 1 })
  if (!gathered.ok) return gathered
  const filing = gathered.value
  const { decisions, agent, now, goalCategory, policySet } = filing
  const outcome = fileRequest(filing)
  const { result } = outcome
  if (!result.ok) return result
  const filed = result.value
  const scopes = decisions.map(({ scope }) => scope)
  const decisionIds = decisions.map(({ id }) => id)
  const requester = { id: actor.personId, tenantId: actor.tenantId }
  const written = await commit(act, outcome, async (tx) => {
    await insertRequest(tx, {
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
      requestId: filed.requestId,
      asked: 'filed',
      made: now,
    })
    if (filed.grant)
      await insertGrant(tx, {
        grant: filed.grant,
        requestId: filed.requestId,
        tenantId: actor.tenantId,
        requesterId: actor.personId,
        agentId: agent.id,
        environment: input.environment,
        decisionIds,
        scopes,
      })
  })
  return written.ok ? { ok: true, value: { id: filed.requestId, state: filed.state } } : written
}
