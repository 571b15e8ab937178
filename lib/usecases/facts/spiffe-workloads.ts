import { type AgentWorkload, findAgentByWorkload } from '@/lib/data/known-agents'
import { agentIdentity } from '@/lib/domain/agent'
import { isPrefix } from '@/lib/domain/spiffe-workload'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import type { VerifiedWorkload } from '@/lib/identity/workload'
import { pinnedProof } from './pinned-proof'
import type { Identified } from './workloads'

type Name = readonly [trustDomain: string, path: string]

// What a JWT says does not change: as what its agent was looked up, by its text. Who that is now is never kept.
const names = new Map<string, Name>()
const MOST_NAMES = 4096

/** `spiffe://<trust domain>/env/<environment>/<workload>`. */
export const identifyBySpiffeId = (
  jwt: string,
  workload: VerifiedWorkload,
): Promise<Identified | ProofRefusal> =>
  identifyWith(workload, async (name) => {
    const found = await findAgentByWorkload(...name)
    if (names.size >= MOST_NAMES) names.clear()
    if (found) names.set(jwt, name)
    return found
  })

/** Who a JWT that was verified before speaks for now, asked before it is verified again. Null: that is not known yet. */
export async function findAgentAhead(jwt: string): Promise<AgentWorkload | null> {
  const name = names.get(jwt)
  return name ? findAgentByWorkload(...name) : null
}

/** The same as `identifyBySpiffeId` for whom was found ahead. */
export const identifyFound = (
  workload: VerifiedWorkload,
  found: AgentWorkload,
): Promise<Identified | ProofRefusal> => identifyWith(workload, async () => found)

async function identifyWith(
  workload: VerifiedWorkload,
  find: (name: Name) => Promise<AgentWorkload | null>,
): Promise<Identified | ProofRefusal> {
  const { spiffeId, signingInputHash, expiresAt } = workload
  const identity = parseSpiffeId(spiffeId)
  if (!identity || identity.environment === null) return refuseProof('actor_unknown')
  const { trustDomain, environment, path } = identity
  const found = await find([trustDomain, path.slice(`/env/${environment}/`.length)])
  if (!found) return refuseProof('actor_unknown')
  const { trustDomain: _, workload: as, named, ...agent } = found
  const common = {
    ok: true,
    agent,
    subject: spiffeId,
    environment,
    use: pinnedProof(signingInputHash, expiresAt),
  } as const
  if (!isPrefix(as)) return { ...common, identity: spiffeId }
  const identities = named ? [named] : []
  return { ...common, identity: agentIdentity({ id: agent.id, identities }, environment), workload: spiffeId }
}
