import { findAgentByWorkload } from '@/lib/data/known-agents'
import { agentIdentity } from '@/lib/domain/agent'
import { environmentOf, isPrefix, workloadOf } from '@/lib/domain/spiffe-workload'
import { type ProofRefusal, refuseProof, wireRefusal } from '@/lib/domain/wire-reasons'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import type { VerifiedWorkload } from '@/lib/identity/workload'
import { pinnedProof } from './pinned-proof'
import type { Identified } from './workloads'

const UNSAID = 'Its path names no environment, so an administrator registers it with the one it runs in.'
const NOWHERE =
  'Neither the path of this SPIFFE ID nor its registration says where it runs, or they contradict. An administrator registers it anew.'

/**
 * `spiffe://<trust domain>/env/<environment>/<workload>`, or any other path that is registered with the environment it runs
 * in. What the path says, its trust domain vouches for: no registration says it otherwise.
 */
export async function identifyBySpiffeId(workload: VerifiedWorkload): Promise<Identified | ProofRefusal> {
  const { spiffeId, signingInputHash, expiresAt } = workload
  const identity = parseSpiffeId(spiffeId)
  if (!identity) return refuseProof('actor_unknown')
  const registered = await findAgentByWorkload(identity.trustDomain, workloadOf(identity))
  if (!registered) {
    const { description } = wireRefusal('actor_unknown')
    return identity.environment === null
      ? refuseProof('actor_unknown', `${description} ${UNSAID}`)
      : refuseProof('actor_unknown')
  }
  const { trustDomain: _, workload: as, environment: fixed, named, ...agent } = registered
  const environment = environmentOf(identity.environment, fixed)
  if (environment === null) return refuseProof('environment_mismatch', NOWHERE)
  const common = {
    ok: true,
    agent,
    subject: spiffeId,
    environment,
    use: pinnedProof(signingInputHash, expiresAt),
  } as const
  if (!isPrefix(as)) return { ...common, identity: spiffeId }
  const name = agentIdentity({ id: agent.id, identities: named }, environment)
  return { ...common, identity: name, workload: spiffeId }
}
