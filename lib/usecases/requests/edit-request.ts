import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { holdNoCooling } from '@/lib/data/cooling'
import { holdGrounds } from '@/lib/data/hold'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { writeConfirmed } from '@/lib/data/write-confirmed'
import { insertDecided } from '@/lib/data/write-filed'
import { replaceRequest } from '@/lib/data/write-requests'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { RequestId } from '@/lib/domain/ids'
import { fileRequest, SubmitRequest } from '@/lib/domain/request'
import { attemptOf } from '@/lib/domain/request-record'
import { type Result, refusal, refused } from '@/lib/domain/result'
import { type RequestState, requestStatus } from '@/lib/domain/status'
import { gatherConfirming } from '../facts/confirming'
import { gatherCooling } from '../facts/cooling'
import { filingDigest, filingGrounds, gatherFiling, onceMore } from '../facts/filing'

export const EditRequest = SubmitRequest.extend({ requestId: RequestId, rev: z.coerce.number().int() })
export type EditRequest = z.infer<typeof EditRequest>

type Edited = { id: RequestId; state: RequestState }

/**
 * The requester's own change: a new version, decided anew. Votes on the earlier version are void. Of what an agent proposed
 * it is the first version: to change it is to confirm it.
 */
export async function editRequest(actor: Actor, act: Act, input: EditRequest): Promise<Result<Edited>> {
  if (!may(actor, 'request.file')) return refusal('not_allowed')
  return onceMore(() => edit(actor, act, input))
}

async function edit(actor: Actor, act: Act, input: EditRequest): Promise<Result<Edited>> {
  const request = await findVisibleRequest(actor, input.requestId)
  if (!request) return refusal('not_found')
  if (request.requester.id !== actor.personId)
    return commit<never>(act, refused('not_found', attemptOf(actor, request, 'request.edit')))
  if (request.rev !== input.rev) return refusal('changed_meanwhile')
  if (request.state === 'proposed') {
    const { outcome, toStore } = await gatherConfirming(actor, request, input)
    return toStore ? commit(act, outcome, (tx) => writeConfirmed(tx, toStore)) : commit(act, outcome)
  }
  const { id: requestId, version, templateId: filedWith } = request
  const gathered = await gatherFiling(actor, input, { requestId, version: version + 1, filedWith })
  if (!gathered.ok) return gathered
  const filing = gathered.value
  const { decisions, agent, now, goalCategory, policySet, delegation } = filing
  if (requestStatus(request, request.grant, now) !== 'awaiting') return refusal('not_awaiting')
  const cooling = await gatherCooling(filing)
  if (cooling) return commit(act, cooling)
  const outcome = fileRequest(filing)
  const { result } = outcome
  if (!result.ok) return result
  const filed = result.value
  const scopes = decisions.map(({ scope }) => scope)
  const decisionIds = decisions.map(({ id }) => id)
  const requester = { id: actor.personId, tenantId: actor.tenantId }
  const written = await commit(act, outcome, async (tx) => {
    await holdGrounds(tx, filingGrounds(filing))
    await holdNoCooling(tx, { agentId: agent.id, scopeIds: scopes.map(({ id }) => id), now })
    const digest = filingDigest(filing)
    const task = { input, requester, goalCategory, delegation, scopes }
    const row = { filed, ...task, policySet, digest, decisionIds, now }
    await replaceRequest(tx, request, row)
    await insertDecided(tx, { filed, requester, input, decisions, delegation, now })
  })
  return written.ok ? { ok: true, value: { id: request.id, state: filed.state } } : written
}
