import { ANY_AUDIENCE, verifyAccessToken, verifyAgentToken } from '@/lib/credentials/access-token'
import { verifyMandate } from '@/lib/credentials/mandate'
import { findAgentGrant } from '@/lib/data/agent-grants'
import { findAgentCredential } from '@/lib/data/asked-credentials'
import { commit } from '@/lib/data/commit'
import { revokeCredentialRow } from '@/lib/data/write-authority'
import { endGrantRow } from '@/lib/data/write-grants'
import { completeByAgent } from '@/lib/domain/agent-grant'
import { GrantId } from '@/lib/domain/ids'
import { grantProblem } from '@/lib/domain/issue'
import { done } from '@/lib/domain/result'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { actOfAgent, type Call, gatherKnown, type Known } from '../facts/authority'
import { type ProvenAgent, proveAgent, proveKey, turnAway } from '../facts/proofs'
import { isClientId, type WorkloadProof } from '../facts/workloads'

export type GiveBackAsk = { proof: WorkloadProof; clientId: string | null; token: string }

type Returned = { call: Call; known: Known; proven: ProvenAgent }

/**
 * An agent gives back a token of its own, or its mandate, which completes the grant (RFC 7009 §2.1). What is
 * unknown, over already or another agent's is answered alike, with nothing done (§2.2).
 */
export async function giveBackToken(call: Call, ask: GiveBackAsk): Promise<WireResult<null>> {
  const known = await gatherKnown(call.context)
  const key = call.dpop.length > 0 ? await proveKey(call, known.now) : null
  if (key && !key.ok) return key
  const proven = await proveAgent(call, known, ask.proof, key)
  if (!proven.ok) return proven
  if (!isClientId(proven, ask.clientId))
    return turnAway(call, { agent: proven.agent, reason: 'client_mismatch' })
  const returned = { call, known, proven }
  const by = { issuer: call.context.issuer, now: known.now }
  // Nobody writes it down, so nobody can end it: to say that it was done would be untrue (§2.2.1).
  if ((await verifyAgentToken(ask.token, known.keys, by)).ok) return refuseProof('token_irrevocable')
  const mandate = await verifyMandate(ask.token, known.keys, by)
  if (mandate.ok) await completeGrant(returned, mandate.claims.grant_id)
  else await revokeCredential(returned, ask.token)
  return granted(null)
}

async function completeGrant({ call, known, proven }: Returned, grantId: string): Promise<void> {
  const id = GrantId.safeParse(grantId)
  const grant = id.success ? await findAgentGrant(proven.agent.id, id.data) : null
  if (!grant || grantProblem(grant, known.now)) return
  const outcome = completeByAgent(grant, { how: 'mandate returned', now: known.now })
  const { result } = outcome
  if (!result.ok) return
  // Somebody else ended it meanwhile: it is over either way.
  await commit(actOfAgent(call, proven.agent.id), outcome, (tx) => endGrantRow(tx, grant.id, result.value))
}

async function revokeCredential({ call, known, proven }: Returned, token: string): Promise<void> {
  const { issuer } = call.context
  const verified = await verifyAccessToken(token, known.keys, {
    issuer,
    audience: ANY_AUDIENCE,
    now: known.now,
  })
  if (!verified.ok) return
  const credential = await findAgentCredential(proven.agent.id, verified.claims.jti)
  if (!credential || credential.revoked) return
  const { id, grant, requesterId } = credential
  const outcome = done(null, {
    type: 'credential.revoked',
    outcome: 'done',
    tenantId: grant.tenantId,
    humanId: requesterId,
    agentId: proven.agent.id,
    requestId: grant.requestId,
    grantId: grant.id,
    credentialId: id,
    decisionIds: credential.decisionIds,
    data: { server: verified.claims.aud },
  } as const)
  await commit(actOfAgent(call, proven.agent.id), outcome, (tx) => revokeCredentialRow(tx, id, known.now))
}
