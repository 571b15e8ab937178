import { type AgentKeyRow, findAgentByWorkload, listAgentKeys } from '@/lib/data/known-agents'
import { agentIdentity } from '@/lib/domain/agent'
import { workloadOf } from '@/lib/domain/spiffe-workload'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { assertedClientId, verifyClientAssertion } from '@/lib/identity/client-assertion'
import { readPublicJwk } from '@/lib/identity/public-jwk'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import type { Asking, Identified, Trusted } from './workloads'

type CalledKey = Omit<AgentKeyRow, 'named'> & { identity: string }

/**
 * The keys an assertion of this name may be signed with: those of the agent by the name it has here, and by its SPIFFE ID
 * those of the environment in which it is called that.
 */
async function keysCalled(clientId: string): Promise<CalledKey[]> {
  const spiffe = parseSpiffeId(clientId)
  const found = spiffe && (await findAgentByWorkload(spiffe.trustDomain, workloadOf(spiffe)))
  const keys = await listAgentKeys(found ? found.agent.id : clientId)
  const called = keys.map(({ named, ...key }) => ({
    ...key,
    identity: agentIdentity({ id: key.id, identities: named }, key.environment),
  }))
  return spiffe ? called.filter(({ identity }) => identity === clientId) : called
}

/** The keys are those of the agent the assertion names; which of them signed says where it was signed. */
export async function identifyByKey(
  { issuer, isSigned }: Asking,
  { now }: Trusted,
  jwt: string,
): Promise<Identified | ProofRefusal> {
  const clientId = assertedClientId(jwt)
  if (clientId === null) return refuseProof('assertion_malformed')
  const registered = (await keysCalled(clientId)).flatMap(({ jwk, environment, identity, ...agent }) => {
    const reading = readPublicJwk(jwk)
    return reading.ok ? [{ ...reading.jwk, registered: { agent, environment, identity } }] : []
  })
  if (registered.length === 0) return refuseProof('client_unknown')
  const assertion = await verifyClientAssertion(jwt, {
    ...{ clientId, keys: registered, issuer, now, isSigned },
  })
  if (!assertion.ok) return assertion
  return {
    ...{ ok: true, ...assertion.key.registered, subject: clientId, placedBy: 'identity' },
    use: { as: 'once', key: assertion.replayKey, until: assertion.replayUntil },
  }
}
