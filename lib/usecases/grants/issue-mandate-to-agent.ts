import { signMandate } from '@/lib/credentials/mandate'
import { findAgentGrant } from '@/lib/data/agent-grants'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { insertMandate } from '@/lib/data/write-grants'
import type { AgentGrant } from '@/lib/domain/agent-grant'
import { GrantId } from '@/lib/domain/ids'
import { grantProblem } from '@/lib/domain/issue'
import { mandateClaims } from '@/lib/domain/mandate'
import { done } from '@/lib/domain/result'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, grantUnknown, type WireResult } from '@/lib/domain/wire-result'
import { actOfAgent, type Call, gatherKnown } from '../facts/authority'
import { proveOwnToken, turnAway } from '../facts/proofs'

export type AgentMandate = { mandate: string; expires_at: string }

const problemOf = (grant: AgentGrant, now: Date) =>
  grantProblem(grant, now) ??
  (grant.requester.disabled ? 'person_suspended' : null) ??
  (grant.isAboveSuspended ? 'parent_suspended' : null)

/** The agent fetches the mandate of a grant of its own. Only with its own proof can it be used. */
export async function issueMandateToAgent(call: Call, grantId: string): Promise<WireResult<AgentMandate>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const parsed = GrantId.safeParse(grantId)
  const grant = parsed.success ? await findAgentGrant(proven.agent.id, parsed.data) : null
  if (!grant) return grantUnknown()
  const { now, signing } = known
  const problem = problemOf(grant, now)
  if (problem) return turnAway(call, { agent: proven.agent, reason: problem, grant })
  const id = newId('MandateId')
  const { requestId, requester, agent, tenantId, expires } = grant
  const { issuer } = call.context
  const claims = mandateClaims({ issuer, id, grant, requestId, requesterId: requester.id, agent, now })
  const answer: AgentMandate = { mandate: signMandate(claims, signing), expires_at: expires.toISOString() }
  const outcome = done(answer, {
    type: 'mandate.issued',
    outcome: 'done',
    tenantId,
    humanId: requester.id,
    agentId: agent.id,
    requestId,
    grantId: grant.id,
    decisionIds: grant.decisionIds,
    data: { mandate: id, to: 'agent', expires: expires.toISOString() },
  } as const)
  const row = { id, grantId: grant.id, kid: signing.kid, toAgent: agent.id, issued: now, expires }
  const issued = await commit(actOfAgent(call, agent.id), outcome, (tx) =>
    insertMandate(tx, row, { requesterId: requester.id, agentId: agent.id }),
  )
  if (issued.ok) return granted(issued.value)
  // Somebody ended the grant meanwhile: say how.
  const then = await findAgentGrant(agent.id, grant.id)
  return refuseProof((then && problemOf(then, now)) ?? 'unavailable')
}
