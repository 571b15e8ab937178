import type { GroundsRev } from '@/lib/data/kept-unmoved'
import { type AgentWorkload, findAgentByWorkload, keptAgentByWorkload } from '@/lib/data/known-agents'
import { agentIdentity } from '@/lib/domain/agent'
import { BoundedMap } from '@/lib/domain/bounded-map'
import { isPrefix, workloadOf } from '@/lib/domain/spiffe-workload'
import { type Where, whereItRuns } from '@/lib/domain/where-it-runs'
import { type ProofRefusal, refuseProof, wireRefusal } from '@/lib/domain/wire-reasons'
import { sha256 } from '@/lib/identity/digest'
import type { VerifiedWorkload } from '@/lib/identity/workload'
import { pinnedProof } from './pinned-proof'
import type { Identified } from './workloads'

const UNSAID = 'Its path names no environment, so an administrator registers it with the one it runs in.'
const NOWHERE =
  'Neither the path of this SPIFFE ID nor its registration nor its trust domain says where it runs, or they contradict. An administrator states it.'

type Name = readonly [trustDomain: string, path: string]

const MOST_NAMES = 4096
// What a JWT says does not change: as what its agent was looked up, by the hash of its text. Who that is now is another question.
const names = new BoundedMap<string, Name>(MOST_NAMES)

/**
 * `spiffe://<trust domain>/env/<environment>/<workload>`, or any other path that is registered with the environment it runs
 * in, or whose trust domain states one. What the path says is verified: nothing says it otherwise.
 */
export async function identifyBySpiffeId(
  jwt: string,
  workload: VerifiedWorkload,
): Promise<Identified | ProofRefusal> {
  const name: Name = [workload.trustDomain, workloadOf(workload)]
  const found = await findAgentByWorkload(...name)
  if (!found) return unknownWorkload(workload)
  names.set(sha256(jwt), name)
  return identifyFound(workload, found)
}

/** Who a JWT that was verified before speaks for under these grounds. Null: that has to be asked. */
export function keptAgent(jwt: string, groundsRev: GroundsRev): AgentWorkload | null {
  const name = names.get(sha256(jwt))
  return name ? keptAgentByWorkload(...name, groundsRev) : null
}

function unknownWorkload({ spiffeId, environment }: VerifiedWorkload): ProofRefusal {
  const { description } = wireRefusal('actor_unknown')
  const says = environment === null ? `${description} ${UNSAID}` : description
  return { ...refuseProof('actor_unknown', says), verified: spiffeId }
}

/** The same as `identifyBySpiffeId` for whom is known already. */
export function identifyFound(
  { spiffeId, environment, signingInputHash, expiresAt }: VerifiedWorkload,
  { agent, workload: as, environment: stated, byDomain, named }: AgentWorkload,
): Identified | ProofRefusal {
  const where = placeOf(environment, { stated, byDomain })
  if (!where)
    return {
      ...refuseProof('environment_mismatch', NOWHERE),
      trace: { agent, reason: 'environment_mismatch' },
    }
  const identified: Identified = {
    ok: true,
    agent,
    subject: spiffeId,
    identity: spiffeId,
    environment: where.environment,
    placedBy: where.by,
    use: pinnedProof(signingInputHash, expiresAt),
  }
  if (!isPrefix(as)) return identified
  const name = agentIdentity({ id: agent.id, identities: named }, where.environment)
  return { ...identified, identity: name, workload: spiffeId }
}

type Stated = { stated: string | null; byDomain: boolean }

const placeOf = (path: string | null, { stated, byDomain }: Stated): Where | null =>
  whereItRuns({
    verified: path === null ? null : { environment: path, by: 'path' },
    own: byDomain ? null : stated,
    vouching: byDomain && stated !== null ? { environment: stated, by: 'domain' } : null,
  })
