import { z } from 'zod'
import { loadSigningKey } from '@/lib/credentials/keys'
import { signMandate } from '@/lib/credentials/mandate'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findVisibleGrant } from '@/lib/data/grants'
import { newId } from '@/lib/data/new-id'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import { insertMandate } from '@/lib/data/write-grants'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { GrantId } from '@/lib/domain/ids'
import { mandateClaims } from '@/lib/domain/mandate'
import { attemptOf } from '@/lib/domain/request-record'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { grantStatus } from '@/lib/domain/status'
import { settings } from '../facts/settings'

export const IssueMandate = z.object({ grantId: GrantId })

export type Issued = { mandate: string; expires: Date; grantId: GrantId }

/** Hands the requester the signed note of their grant. Only the named agent can use it, with its own proof. */
export async function issueMandate(
  actor: Actor,
  act: Act,
  input: z.infer<typeof IssueMandate>,
): Promise<Result<Issued>> {
  const [found, now] = await Promise.all([findVisibleGrant(actor, input.grantId), databaseNow()])
  if (!found) return refusal('not_found')
  const { request, grant } = found
  if (request.requester.id !== actor.personId)
    return commit<never>(act, refused('not_found', attemptOf(actor, request, 'mandate.issue')))
  if (grantStatus(grant, now) !== 'live') return refusal('not_live')
  if (request.agent.suspended) return refusal('agent_suspended')
  const { issuer, secret } = settings()
  const key = loadSigningKey(await findActiveSigningKey(), secret)
  const id = newId('MandateId')
  const claims = mandateClaims({
    issuer,
    id,
    now,
    grant,
    requestId: request.id,
    requesterId: request.requester.id,
    agent: request.agent,
  })
  const mandate = signMandate(claims, key)
  const outcome = done<Issued>(
    { mandate, expires: grant.expires, grantId: grant.id },
    {
      type: 'mandate.issued',
      outcome: 'done',
      tenantId: request.tenantId,
      humanId: actor.personId,
      agentId: request.agent.id,
      requestId: request.id,
      grantId: grant.id,
      decisionIds: grant.decisionIds,
      data: { mandate: id, expires: grant.expires.toISOString() },
    },
  )
  const row = {
    ...{ id, grantId: grant.id, kid: key.kid },
    ...{ toHuman: actor.personId, issued: now, expires: grant.expires },
  }
  const parties = { requesterId: request.requester.id, agentId: request.agent.id }
  return commit(act, outcome, (tx) => insertMandate(tx, row, parties))
}
