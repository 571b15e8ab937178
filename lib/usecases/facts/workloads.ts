import { findAgentByWorkload, type KnownAgent, listAgentKeys } from '@/lib/data/known-agents'
import { SKEW_SECONDS } from '@/lib/domain/jwt-time'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import {
  assertedClientId,
  type ClientAssertionMethod,
  verifyClientAssertion,
  verifySpiffeClientAssertion,
} from '@/lib/identity/client-assertion'
import { readPublicJwk } from '@/lib/identity/public-jwk'
import { parseSpiffeId } from '@/lib/identity/spiffe-id'
import { type VerifiedWorkload, verifyJwtSvid } from '@/lib/identity/workload'
import type { Call, Known } from './authority'

/** A proof of who the agent is, as sent: a workload JWT beside the mandate, or the client's authentication. */
export type WorkloadProof = { as: 'actor' | ClientAssertionMethod; jwt: string }

export type Identified = {
  ok: true
  agent: KnownAgent
  /** What the proof calls the agent, compared whole with a posted client_id. */
  subject: string
  /** Where the agent runs, by what was verified and never by what it says of itself. */
  environment: string
  /** How often the proof serves: once and no more, or for the first key that used it. */
  use: { as: 'once' | 'pinned'; key: string; until: Date }
}

/** The one registered agent a proof speaks for. Nothing is spent yet. */
export async function identify(
  call: Call,
  known: Known,
  proof: WorkloadProof,
): Promise<Identified | ProofRefusal> {
  if (proof.as === 'private_key_jwt') return identifyByKey(call, known, proof.jwt)
  const question = { trustDomains: known.trustDomains, now: known.now, issuer: call.context.issuer }
  const verify = proof.as === 'actor' ? verifyJwtSvid : verifySpiffeClientAssertion
  const workload = await verify(proof.jwt, question)
  return workload.ok ? identifyBySpiffeId(workload) : workload
}

/** `spiffe://<trust domain>/env/<environment>/<workload>`. */
async function identifyBySpiffeId(workload: VerifiedWorkload): Promise<Identified | ProofRefusal> {
  const { spiffeId, signingInputHash, expiresAt } = workload
  const identity = parseSpiffeId(spiffeId)
  if (!identity || identity.environment === null) return refuseProof('actor_unknown')
  const { trustDomain, environment, path } = identity
  const agent = await findAgentByWorkload(trustDomain, path.slice(`/env/${environment}/`.length))
  if (!agent) return refuseProof('actor_unknown')
  const until = new Date(expiresAt.getTime() + 2 * SKEW_SECONDS * 1000)
  return {
    ...{ ok: true, agent, subject: spiffeId, environment },
    use: { as: 'pinned', key: signingInputHash, until },
  }
}

/** The keys are those of the agent the assertion names; which of them signed says where it was signed. */
async function identifyByKey(call: Call, { now }: Known, jwt: string): Promise<Identified | ProofRefusal> {
  const clientId = assertedClientId(jwt)
  if (clientId === null) return refuseProof('assertion_malformed')
  const registered = (await listAgentKeys(clientId)).flatMap(({ jwk, environment, ...agent }) => {
    const reading = readPublicJwk(jwk)
    return reading.ok ? [{ ...reading.jwk, registered: { agent, environment } }] : []
  })
  if (registered.length === 0) return refuseProof('client_unknown')
  const assertion = await verifyClientAssertion(jwt, {
    ...{ clientId, keys: registered, issuer: call.context.issuer, now },
  })
  if (!assertion.ok) return assertion
  return {
    ...{ ok: true, ...assertion.key.registered, subject: clientId },
    use: { as: 'once', key: assertion.replayKey, until: assertion.replayUntil },
  }
}
