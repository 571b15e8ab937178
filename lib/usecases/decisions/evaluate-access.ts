import { isFirstUse } from '@/lib/data/once'
import { type Decided, readEvaluation } from '@/lib/domain/evaluation'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import type { Call } from '../facts/authority'
import { type EvaluateAsk, tellOnce } from '../facts/evaluation'
import { verifyServer } from '../facts/server-caller'

/**
 * Answers one question of a resource server about its own resources (AuthZEN 1.0 §6). Under a grant, an allowed answer
 * is one use of it. The answer is stored with its event, or there is none.
 */
export async function evaluateAccess(call: Call, ask: EvaluateAsk): Promise<WireResult<Decided>> {
  const client = await verifyServer(call, { proof: ask.proof, clientId: null })
  if (!client.ok) return client
  const { assertion, known, server } = client
  const read = readEvaluation(ask.body)
  if (!read.ok)
    return !assertion || (await isFirstUse(assertion.key, assertion.until))
      ? refuseProof('request_malformed', read.problem)
      : refuseProof('assertion_replayed')
  const asker = { call, known, server, proof: ask.proof }
  const told = await tellOnce(asker, read.evaluation, assertion)
  return told ? granted(told) : refuseProof('assertion_replayed')
}
