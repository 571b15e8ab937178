import { commit } from '@/lib/data/commit'
import { holdNoCooling } from '@/lib/data/cooling'
import { holdGrounds } from '@/lib/data/hold'
import { inTurn } from '@/lib/data/in-turn'
import { newId } from '@/lib/data/new-id'
import { takeFromQuotas } from '@/lib/data/rate-counts'
import { findSubmitted } from '@/lib/data/requests'
import { insertDecided } from '@/lib/data/write-filed'
import { insertRequest } from '@/lib/data/write-requests'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { RequestId } from '@/lib/domain/ids'
import { fileRequest, type SubmitRequest } from '@/lib/domain/request'
import { type Result, refusal } from '@/lib/domain/result'
import type { RequestState } from '@/lib/domain/status'
import { canonicalJson } from '@/lib/trail/canonical'
import { sha256 } from '@/lib/trail/hash'
import { gatherCooling } from '../facts/cooling'
import { filingDigest, filingGrounds, gatherFiling, onceMore } from '../facts/filing'
import { gatherQuota } from '../facts/quota'

type Submitted = { id: RequestId; state: RequestState }

// One form filled in on one page: the page's own number with everything that was written.
const submissionOf = (input: SubmitRequest): string | null =>
  input.submissionId === undefined ? null : sha256(canonicalJson(input)).toString('hex')

/**
 * Files a task request: one decision a scope, live at once when nothing is sensitive. The same form sent again
 * leads to the same request.
 */
export async function submitRequest(
  actor: Actor,
  act: Act,
  input: SubmitRequest,
): Promise<Result<Submitted>> {
  if (!may(actor, 'request.file')) return refusal('not_allowed')
  const submission = submissionOf(input)
  return onceMore(async () => {
    const earlier = submission && (await findSubmitted(actor.personId, submission))
    return earlier ? { ok: true, value: earlier } : file(actor, act, input, submission)
  })
}

async function file(
  actor: Actor,
  act: Act,
  input: SubmitRequest,
  submission: string | null,
): Promise<Result<Submitted>> {
  const gathered = await gatherFiling(actor, input, { requestId: newId('RequestId'), version: 1 })
  if (!gathered.ok) return gathered
  const filing = gathered.value
  const { decisions, agent, now, goalCategory, policySet, delegation } = filing
  const cooling = await gatherCooling(filing)
  if (cooling) return commit(act, cooling)
  const quota = await gatherQuota(filing)
  if (quota.reached) return commit(act, quota.reached)
  const outcome = fileRequest(filing)
  const { result } = outcome
  if (!result.ok) return result
  const filed = result.value
  const scopes = decisions.map(({ scope }) => scope)
  const decisionIds = decisions.map(({ id }) => id)
  const requester = { id: actor.personId, tenantId: actor.tenantId }
  const written = await commit(act, outcome, async (tx) => {
    const digest = filingDigest(filing)
    const task = { input, requester, goalCategory, delegation, scopes }
    const row = { filed, ...task, policySet, digest, decisionIds, now }
    await inTurn([
      holdGrounds(tx, filingGrounds(filing)),
      holdNoCooling(tx, { agentId: agent.id, scopeIds: scopes.map(({ id }) => id), now }),
      takeFromQuotas(tx, quota),
      insertRequest(tx, row, submission),
      insertDecided(tx, { filed, requester, input, decisions, delegation, now }),
    ])
  })
  return written.ok ? { ok: true, value: { id: filed.requestId, state: filed.state } } : written
}
