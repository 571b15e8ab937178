import { type Decided, readEvaluation } from '@/lib/domain/evaluation'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import type { Call } from '../facts/authority'
import { type EvaluateAsk, judgeEvaluation, tell } from '../facts/evaluation'
import { proveServer } from '../facts/server-caller'

/**
 * Answers one question of a resource server about its own resources (AuthZEN 1.0 §6). Under a grant, an allowed answer
 * is one use of it. The answer is stored with its event, or there is none.
 */
export async function evaluateAccess(call: Call, ask: EvaluateAsk): Promise<WireResult<Decided>> {
  const client = await proveServer(call, { assertion: ask.assertion, clientId: null })
  if (!client.ok) return client
  const read = readEvaluation(ask.body)
  if (!read.ok) return refuseProof('request_malformed', read.problem)
  const asker = { call, known: client.known, server: client.server }
  return granted(await tell(asker, await judgeEvaluation(asker, read.evaluation)))
}
