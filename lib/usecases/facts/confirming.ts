import type { Quota } from '@/lib/data/rate-counts'
import type { Actor } from '@/lib/domain/access'
import type { Grounds } from '@/lib/domain/grounds'
import type { RequestId } from '@/lib/domain/ids'
import { type Filed, type Filing, fileRequest, type SubmitRequest } from '@/lib/domain/request'
import type { RequestRecord } from '@/lib/domain/request-record'
import { type Outcome, refused } from '@/lib/domain/result'
import type { RequestState } from '@/lib/domain/status'
import { changedIn, confirmedEvent, confirmProblem } from '@/lib/domain/step'
import { gatherCooling } from './cooling'
import { filingDigest, filingGrounds, gatherFiling } from './filing'
import { gatherQuota } from './quota'

type Confirmed = { id: RequestId; state: RequestState }
type ToStore = {
  read: RequestRecord
  filing: Filing
  filed: Filed
  grounds: Grounds
  quota: Quota
  digest: string
}

/** What comes of it, and what is to be stored when it is a yes. */
export type Confirming =
  | { outcome: Outcome<never>; toStore: null }
  | { outcome: Outcome<Confirmed>; toStore: ToStore }

const no = (outcome: Outcome<never>): Confirming => ({ outcome, toStore: null })

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
  if (!gathered.ok) return no(refused(gathered.refusal))
  const filing = gathered.value
  const own = { actor, request, now: filing.now }
  const problem = confirmProblem(own) ?? agentProblem(request, input) ?? (await gatherCooling(filing))
  if (problem) return no(problem)
  const quota = await gatherQuota(filing)
  if (quota.reached) return no(quota.reached)
  const { result, events } = fileRequest(filing)
  if (!result.ok) return no(refused(result.refusal))
  const filed = result.value
  const value = { id: request.id, state: filed.state }
  return {
    outcome: {
      result: { ok: true, value },
      events: [confirmedEvent(own, changedIn(request, input)), ...events],
    },
    toStore: {
      ...{ read: request, filing, filed, quota },
      ...{ grounds: filingGrounds(filing), digest: filingDigest(filing) },
    },
  }
}

const agentProblem = (request: RequestRecord, { agentId }: SubmitRequest): Outcome<never> | null =>
  agentId === request.agent.id
    ? null
    : refused({ code: 'agent_unknown', fields: { agentId: 'Confirm it for the agent that proposed it.' } })
