import type { AgentId } from '@/lib/domain/ids'
import type { JsonObject } from '@/lib/domain/json'
import type { Tx } from './commit'
import { database } from './database'

/** A request that its agent has named, so that sent again it is the same one (Idempotency-Key). */
export type NamedCall = {
  agentId: AgentId
  key: string
  /** SHA-256 of what was asked, where. */
  digest: string
  /** How long the name is kept. */
  expires: Date
}

/** What was answered under this name, whatever was asked. */
export const findAgentAnswer = ({ agentId, key }: NamedCall) =>
  database().agentAnswer.findUnique({
    where: { agentId_key: { agentId, key } },
    select: { digest: true, answer: true },
  })

/** Keeps the answer with what it tells of. Of two calls with one name the second waits for the first, and writes nothing. */
export async function insertAgentAnswer(tx: Tx, call: NamedCall, answer: JsonObject): Promise<void> {
  await tx.agentAnswer.create({ data: { ...call, answer: JSON.stringify(answer) } })
}
