import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findWebhook } from '@/lib/data/webhooks'
import { resumeWebhookRow } from '@/lib/data/write-webhooks'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { WebhookId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { webhookEvent } from '@/lib/domain/webhook'

export const ResumeWebhook = z.object({ webhookId: WebhookId })

/** Tells a suspended address again. It is the one that two administrators agreed to. */
export async function resumeWebhook(
  actor: Actor,
  act: Act,
  { webhookId }: z.infer<typeof ResumeWebhook>,
): Promise<Result<{ webhookId: WebhookId }>> {
  const [webhook, now] = await Promise.all([findWebhook(actor.tenantId, webhookId), databaseNow()])
  if (!webhook?.active || webhook.removed) return refusal('not_found')
  if (!may(actor, 'webhook.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'webhook.resume', 'not_allowed')))
  if (!webhook.suspended) return refusal('not_suspended')
  const event = webhookEvent('webhook.resumed', webhook, actor.personId)
  return commit(act, done({ webhookId }, event), (tx) => resumeWebhookRow(tx, webhook, now))
}
