import { isFirstUse } from '@/lib/data/once'
import { type Decided, type Evaluation, readEvaluation } from '@/lib/domain/evaluation'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { type Call, lastKnown } from '../facts/authority'
import { type EvaluateAsk, judgeAndTell, mayBeKept, tellKept, tellOnce } from '../facts/evaluation'
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
  const { known, server, assertion } = client
  if (!read.ok)
    return !assertion || (await isFirstUse(assertion.key, assertion.until))
      ? refuseProof('request_malformed', read.problem)
      : refuseProof('assertion_replayed')
  const asker = { call, known, server, proof }
  if (early === 'moved') return granted(await judgeAndTell(asker, read.evaluation))
  const told = await tellOnce(asker, read.evaluation, assertion)
  return told ? granted(told) : refuseProof('assertion_replayed')
}

/** By what was read for another call a moment ago: it allows, finds the assertion spent, or tells nothing yet. */
async function tellBefore(call: Call, proof: ServerProof, evaluation: Evaluation) {
  const known = lastKnown()
  if (!known || !mayBeKept(evaluation, known)) return null
  const client = await verifyServerBefore(call, { proof, clientId: null }, known)
  if (!client) return null
  const { server, assertion } = client
  return tellKept({ call, known, server, proof }, evaluation, assertion)
}
