import type { Write } from '@/lib/data/commit'
import { holdNoCooling } from '@/lib/data/cooling'
import { holdGrounds } from '@/lib/data/hold'
import { takeFromQuotas } from '@/lib/data/rate-counts'
import { insertDecided } from '@/lib/data/write-filed'
import { confirmRow } from '@/lib/data/write-requests'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { fileRequest, type SubmitRequest } from '@/lib/domain/request'
import type { RequestRecord } from '@/lib/domain/request-record'
import { type Outcome, refused } from '@/lib/domain/result'
import type { RequestState } from '@/lib/domain/status'
import { changedIn, confirmedEvent, confirmProblem } from '@/lib/domain/step'
import { gatherCooling } from './cooling'
import { filingDigest, filingGrounds, gatherFiling } from './filing'
import { gatherQuota } from './quota'

type Confirmed = { id: RequestId; state: RequestState }
type Confirming = { outcome: Outcome<Confirmed>; write?: Write }

/**
 * Filing what an agent proposed, in its human's name and with their words: what filing takes, it takes now. Policy is
 * asked now, and the quotas and windows that hold for filing hold here.
 */
export async function gatherConfirming(
  actor: Actor,
  request: RequestRecord,
  input: SubmitRequest,
): Promise<Confirming> {
  const gathered = await gatherFiling(actor, input, { requestId: request.id, version: 1 })
  if (!gathered.ok) return { outcome: { result: gathered, events: [] } }
  const filing = gathered.value
  const own = { actor, request, now: filing.now }
  const problem = confirmProblem(own) ?? agentProblem(request, input) ?? (await gatherCooling(filing))
  if (problem) return { outcome: problem }
  const quota = await gatherQuota(filing)
  if (quota.reached) return { outcome: quota.reached }
  const { result, events } = fileRequest(filing)
  if (!result.ok) return { outcome: { result, events } }
  const filed = result.value
  const { decisions, agent, now, goalCategory, policySet } = filing
  const scopes = decisions.map(({ scope }) => scope)
  const requester = { id: actor.personId, tenantId: actor.tenantId }
  return {
    outcome: {
      result: { ok: true, value: { id: request.id, state: filed.state } },
      events: [confirmedEvent(own, changedIn(request, input)), ...events],
    },
    write: async (tx) => {
      await holdGrounds(tx, filingGrounds(filing))
      await holdNoCooling(tx, { agentId: agent.id, scopeIds: scopes.map(({ id }) => id), now })
      await takeFromQuotas(tx, quota)
      const decisionIds = decisions.map(({ id }) => id)
      const digest = filingDigest(filing)
      const row = { filed, input, requester, goalCategory, scopes, policySet, digest, decisionIds, now }
      await confirmRow(tx, request, row)
      await insertDecided(tx, { filed, requester, input, decisions, now })
    },
  }
}

const agentProblem = (request: RequestRecord, { agentId }: SubmitRequest): Outcome<never> | null =>
  agentId === request.agent.id
    ? null
    : refused({ code: 'agent_unknown', fields: { agentId: 'Confirm it for the agent that proposed it.' } })
