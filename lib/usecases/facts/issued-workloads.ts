import { findAgentBySubject, type KnownAgent } from '@/lib/data/known-agents'
import {
  type Claims,
  claimText,
  claimValue,
  conditionWords,
  unmetCondition,
} from '@/lib/domain/claim-conditions'
import type { EnvironmentMap, OidcIssuer } from '@/lib/domain/oidc-issuer'
import { whereItRuns } from '@/lib/domain/where-it-runs'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { VerifiedIssued } from '@/lib/identity/issued-jwt'
import { pinnedProof } from './pinned-proof'
import type { Identified } from './workloads'

/**
 * The agent that an issuer calls so, where its conditions are met, and where it runs: as a claim says, else as the agent is
 * registered, else as its issuer is stated to. What a claim says is verified: nothing says it otherwise.
 */
export async function agentOfIssued(
  by: OidcIssuer,
  token: VerifiedIssued,
): Promise<Identified | ProofRefusal> {
  const registered = await findAgentBySubject(by.id, token.subject)
  if (!registered) return refuseProof('actor_unknown')
  const { conditions, environment: own, environments, issuerEnvironment, ...found } = registered
  const { issuerId: _, subject: __, ...agent } = found
  const unmet = unmetCondition(conditions, token.claims)
  // To whoever sends it, it proves nobody. To the trail, it is somebody's who is still registered.
  if (unmet)
    return {
      ...refuseProof('actor_unknown', `The agent is registered where ${conditionWords(unmet)}.`),
      trace: { agent, reason: 'actor_conditions' },
    }
  const claimed = claimedPlace(environments, token.claims)
  if (claimed === UNKNOWN) return elsewhere(agent, UNLISTED)
  const where = whereItRuns({
    verified: claimed === null ? null : { environment: claimed, by: 'claim' },
    own,
    vouching: issuerEnvironment === null ? null : { environment: issuerEnvironment, by: 'issuer' },
  })
  if (!where) return elsewhere(agent, claimed === null ? UNSAID : CONTRADICTED)
  const use = pinnedProof(token.signingInputHash, token.expiresAt)
  const place = { environment: where.environment, placedBy: where.by }
  return { ok: true, agent, subject: token.sub, identity: agent.id, ...place, use }
}

const elsewhere = (agent: KnownAgent, says: string): ProofRefusal => ({
  ...refuseProof('environment_mismatch', says),
  trace: { agent, reason: 'environment_mismatch' },
})

const UNSAID = 'Neither a claim of this workload JWT nor its registration nor its issuer says where it runs.'
const UNLISTED =
  'The claim that says where this workload runs has a value that its issuer’s list does not know. An administrator adds it.'
const CONTRADICTED = 'The claims of this workload JWT say that it runs elsewhere than it is registered.'

const UNKNOWN = Symbol('a value that is not in the list')

/** By a verified claim, in the words of the issuer's own list. A value that is not in it is nowhere. */
function claimedPlace(environments: EnvironmentMap | null, claims: Claims): string | typeof UNKNOWN | null {
  if (!environments || claimValue(claims, environments.claim) === undefined) return null
  const text = claimText(claims, environments.claim)
  return environments.names.find(({ value }) => value === text)?.environment ?? UNKNOWN
}
