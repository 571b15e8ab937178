import { GrantPlace, listAgentGrants } from '@/lib/data/agent-grants'
import { agentGrantView } from '@/lib/domain/agent-grant'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { type Call, gatherKnown } from '../facts/authority'
import { proveOwnToken } from '../facts/proofs'

export type AgentGrants = {
  grants: ReturnType<typeof agentGrantView>[]
  /** For `page_token`, where there are more. */
  next_page_token?: string
}

// It says where the agent's own list goes on, which is nothing to hide from it.
const tokenOf = (place: GrantPlace) => Buffer.from(JSON.stringify(place)).toString('base64url')

function placeOf(token: string): GrantPlace | null {
  try {
    return GrantPlace.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
  } catch {
    return null
  }
}

/** What an agent was granted, a page at a time: its own grants and no others, live ones first, and the newest of each. */
export async function listGrantsAsAgent(
  call: Call,
  pageToken: string | null,
): Promise<WireResult<AgentGrants>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const after = pageToken === null ? null : placeOf(pageToken)
  if (pageToken !== null && !after)
    return refuseProof('request_malformed', 'The page_token is none that was given here. Leave it out.')
  const { now } = known
  const { grants, next } = await listAgentGrants(proven.agent.id, { now, after })
  return granted({
    grants: grants.map((grant) => agentGrantView(grant, now)),
    ...(next ? { next_page_token: tokenOf(next) } : {}),
  })
}
