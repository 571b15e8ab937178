import type { Judged } from '@/lib/domain/evaluated'
import {
  type Decided,
  isLast,
  type ReadEvaluation,
  readEvaluations,
  type Semantic,
  unreadable,
} from '@/lib/domain/evaluation'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import type { Call } from '../facts/authority'
import { type Asker, type EvaluateAsk, judgeAndTell, judgeEvaluation, tell } from '../facts/evaluation'
import { proveServer } from '../facts/server-caller'

type Answers = Decided | { evaluations: readonly Decided[] }

/** Answers many questions of a resource server in one call, in their order (AuthZEN 1.0 §7). */
export async function evaluateAccesses(call: Call, ask: EvaluateAsk): Promise<WireResult<Answers>> {
  const client = await proveServer(call, { proof: ask.proof, clientId: null })
  if (!client.ok) return client
  const read = readEvaluations(ask.body)
  if (!read.ok) return refuseProof('request_malformed', read.problem)
  const asker = { call, known: client.known, server: client.server, proof: ask.proof }
  if (read.kind === 'one') return granted(await judgeAndTell(asker, read.evaluation))
  const { items, semantic } = read
  const evaluations =
    semantic === 'execute_all' ? await answerAll(asker, items) : await answerUntil(asker, items, semantic)
  return granted({ evaluations })
}

const isCounted = (one: Judged | Decided) => 'task' in one && (one.task?.facts.grant.uses ?? null) !== null

/** Judged together. Where uses are counted told one after the other: of two that want the last one, the first gets it. */
async function answerAll(asker: Asker, items: readonly ReadEvaluation[]): Promise<Decided[]> {
  const judged = await Promise.all(
    items.map((item) => (item.ok ? judgeEvaluation(asker, item.evaluation) : unreadable(item.problem))),
  )
  const answerTo = (one: Judged | Decided) => ('decision' in one ? one : tell(asker, one))
  if (!judged.some(isCounted)) return Promise.all(judged.map(answerTo))
  const answers: Decided[] = []
  for (const one of judged) answers.push(await answerTo(one))
  return answers
}

async function answerUntil(
  asker: Asker,
  items: readonly ReadEvaluation[],
  semantic: Semantic,
): Promise<Decided[]> {
  const answers: Decided[] = []
  for (const item of items) {
    const answer = item.ok ? await judgeAndTell(asker, item.evaluation) : unreadable(item.problem)
    answers.push(answer)
    if (isLast(semantic, answer)) break
  }
  return answers
}
