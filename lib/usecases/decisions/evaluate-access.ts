import { isFirstUse } from '@/lib/data/once'
import { type Decided, type Evaluation, readEvaluation } from '@/lib/domain/evaluation'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import type { Call } from '../facts/authority'
import { type EvaluateAsk, tellKept, tellOnce } from '../facts/evaluation'
import { type ServerProof, verifyServer, verifyServerBefore } from '../facts/server-caller'

/**
 * Answers one question of a resource server about its own resources (AuthZEN 1.0 §6). Under a grant, an allowed answer
 * is one use of it. The answer is stored with its event, or there is none.
 */
export async function evaluateAccess(call: Call, { proof, body }: EvaluateAsk): Promise<WireResult<Decided>> {
  const read = readEvaluation(body)
  const early = read.ok ? await tellBefore(call, proof, read.evaluation) : null
  if (early === 'replayed') return refuseProof('assertion_replayed')
  if (early && typeof early !== 'string') return granted(early)
  const client = await verifyServer(call, { proof, clientId: null })
  if (!client.ok) return client
  const { known, server } = client
  const assertion = early === 'moved' ? null : client.assertion
  if (!read.ok)
    return !assertion || (await isFirstUse(assertion.key, assertion.until))
      ? refuseProof('request_malformed', read.problem)
      : refuseProof('assertion_replayed')
  const told = await tellOnce({ call, known, server, proof }, read.evaluation, assertion)
  return told ? granted(told) : refuseProof('assertion_replayed')
}

/** By what was read for another call a moment ago: it allows, or nothing is told yet. */
async function tellBefore(call: Call, proof: ServerProof, evaluation: Evaluation) {
  const client = await verifyServerBefore(call, { proof, clientId: null })
  if (!client) return null
  const { known, server, assertion } = client
  return tellKept({ call, known, server, proof }, evaluation, assertion)
}
