import { listAgentGrants } from '@/lib/data/agent-grants'
import { agentGrantView } from '@/lib/domain/agent-grant'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { type Call, gatherKnown } from '../facts/authority'
import { proveOwnToken } from '../facts/proofs'

export type AgentGrants = { grants: ReturnType<typeof agentGrantView>[] }

/** What an agent was granted, newest first: its own grants and no others. */
export async function listGrantsAsAgent(call: Call): Promise<WireResult<AgentGrants>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const grants = await listAgentGrants(proven.agent.id)
  return granted({ grants: grants.map((grant) => agentGrantView(grant, known.now)) })
}
