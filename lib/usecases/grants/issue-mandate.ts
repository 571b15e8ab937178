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
import { agentIdentity } from '@/lib/domain/agent'
import { GrantId } from '@/lib/domain/ids'
import { done, type Result, refusal } from '@/lib/domain/result'
import { grantStatus } from '@/lib/domain/status'
import { settings } from '../facts/settings'

export const IssueMandate = z.object({ grantId: GrantId })

export type Issued = { mandate: string; expires: Date; grantId: GrantId }

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** Hands the requester the signed note of their grant. Only the named agent can use it, with its own proof. */
export async function issueMandate(
  actor: Actor,
  act: Act,
  input: z.infer<typeof IssueMandate>,
): Promise<Result<Issued>> {
  const [found, now] = await Promise.all([findVisibleGrant(actor, input.grantId), databaseNow()])
  if (!found || found.request.requester.id !== actor.personId) return refusal('not_found')
  const { request, grant } = found
  if (grantStatus(grant, now) !== 'live') return refusal('not_live')
  const { issuer, secret } = settings()
  const key = loadSigningKey(await findActiveSigningKey(), secret)
  const id = newId('MandateId')
  const mandate = signMandate(
    {
      iss: issuer,
      aud: issuer,
      sub: request.requester.id,
      may_act: { sub: agentIdentity(request.agent, grant.environment) },
      jti: id,
      iat: seconds(now),
      exp: seconds(grant.expires),
      txn: request.id,
      grant_id: grant.id,
    },
    key,
  )
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
      data: { mandate: id, expires: grant.expires.toISOString() },
    },
  )
  return commit(act, outcome, (tx) =>
    insertMandate(tx, {
      id,
      grantId: grant.id,
      toHuman: actor.personId,
      issued: now,
      expires: grant.expires,
    }),
  )
}
