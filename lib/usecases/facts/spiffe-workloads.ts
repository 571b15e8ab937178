import { findAgentByWorkload } from '@/lib/data/known-agents'
import { agentIdentity } from '@/lib/domain/agent'
import { isPrefix } from '@/lib/domain/spiffe-workload'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import type { VerifiedWorkload } from '@/lib/identity/workload'
import { pinnedProof } from './pinned-proof'
import type { Identified } from './workloads'

/** `spiffe://<trust domain>/env/<environment>/<workload>`. */
export async function identifyBySpiffeId(workload: VerifiedWorkload): Promise<Identified | ProofRefusal> {
  const { spiffeId, signingInputHash, expiresAt } = workload
  const identity = parseSpiffeId(spiffeId)
  if (!identity || identity.environment === null) return refuseProof('actor_unknown')
  const { trustDomain, environment, path } = identity
  const registered = await findAgentByWorkload(trustDomain, path.slice(`/env/${environment}/`.length))
  if (!registered) return refuseProof('actor_unknown')
  const { trustDomain: _, workload: as, named, ...agent } = registered
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
