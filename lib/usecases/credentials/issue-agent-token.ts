import { signAgentToken } from '@/lib/credentials/access-token'
import { newId } from '@/lib/data/new-id'
import { TOKEN_SECONDS } from '@/lib/domain/credential'
import { epochSeconds } from '@/lib/domain/jwt-time'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { type Call, gatherKnown } from '../facts/authority'
import { proveAgent, proveKey, turnAway } from '../facts/proofs'
import { isClientId, type WorkloadProof } from '../facts/workloads'

export type AgentTokenAsk = { proof: WorkloadProof; clientId: string | null; resource: string }

export type AgentTokenAnswer = { access_token: string; token_type: 'DPoP'; expires_in: number }

const FOR_US = 'This token is for this authority only. Send the issuer as resource.'

/**
 * The agent's own token for this authority (PROTOCOLS 2; RFC 6749 §4.4): workload identity and key, no mandate, no
 * human, no scope. It opens the agent's own grants here and nothing anywhere else.
 */
export async function issueAgentToken(call: Call, ask: AgentTokenAsk): Promise<WireResult<AgentTokenAnswer>> {
  const { issuer } = call.context
  const known = await gatherKnown(call.context)
  const key = await proveKey(call, known.now)
  if (!key.ok) return key
  const proven = await proveAgent(call, known, ask.proof, key)
  if (!proven.ok) return proven
  const { agent } = proven
  if (!isClientId(proven, ask.clientId)) return turnAway(call, { agent, reason: 'client_mismatch' })
  if (ask.resource !== issuer)
    return { ...(await turnAway(call, { agent, reason: 'target_unknown' })), description: FOR_US }
  if (agent.suspended) return turnAway(call, { agent, reason: 'actor_suspended' })
  const iat = epochSeconds(known.now)
  const claims = {
    ...{ iss: issuer, aud: issuer, sub: proven.identity, client_id: proven.identity },
    ...{ identity_id: agent.identityId, agent_id: agent.id },
    environment: proven.environment,
    ...{ iat, exp: iat + TOKEN_SECONDS, jti: newId('CredentialId'), cnf: { jkt: key.jkt } },
  }
  return granted({
    access_token: signAgentToken(claims, known.signing),
    token_type: 'DPoP',
    expires_in: TOKEN_SECONDS,
  })
}
