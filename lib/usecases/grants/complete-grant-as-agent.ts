import { findAgentGrant } from '@/lib/data/agent-grants'
import { commit } from '@/lib/data/commit'
import { endGrantRow } from '@/lib/data/write-grants'
import { completeByAgent } from '@/lib/domain/agent-grant'
import { GrantId } from '@/lib/domain/ids'
import { grantProblem } from '@/lib/domain/issue'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, grantUnknown, type WireResult } from '@/lib/domain/wire-result'
import { actOfAgent, type Call, gatherKnown } from '../facts/authority'
import { proveOwnToken, turnAway } from '../facts/proofs'

export type Completed = { id: GrantId; state: 'completed' }

/** The agent says its task is done: everything below the grant ends. Saying so twice is no mistake. */
export async function completeGrantAsAgent(call: Call, grantId: string): Promise<WireResult<Completed>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const parsed = GrantId.safeParse(grantId)
  if (!parsed.success) return grantUnknown()
  const grant = await findAgentGrant(proven.agent.id, parsed.data)
  if (!grant) return grantUnknown()
  const { id } = grant
  const problem = grantProblem(grant, known.now)
  if (problem === 'grant_completed') return granted({ id, state: 'completed' })
  if (problem) return turnAway(call, { agent: proven.agent, reason: problem, grant })
  const outcome = completeByAgent(grant, { how: 'completion', now: known.now })
  const { result } = outcome
  if (!result.ok) return refuseProof('unavailable')
  const act = actOfAgent(call, proven.agent.id)
  const ended = await commit(act, outcome, (tx) => endGrantRow(tx, id, result.value))
  if (ended.ok) return granted({ id, state: 'completed' })
  // Somebody else ended it first: say how.
  const then = await findAgentGrant(proven.agent.id, id)
  if (then?.state === 'completed') return granted({ id, state: 'completed' })
  return refuseProof(then?.state === 'revoked' ? 'grant_revoked' : 'grant_expired')
}
