import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findWebhook } from '@/lib/data/webhooks'
import { removeWebhookRow } from '@/lib/data/write-webhooks'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { WebhookId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { webhookEvent } from '@/lib/domain/webhook'

export const RemoveWebhook = z.object({ webhookId: WebhookId })

/** Tells an address nothing any more. It waits for nobody: to say less is the safe direction. */
export async function removeWebhook(
  actor: Actor,
  act: Act,
  { webhookId }: z.infer<typeof RemoveWebhook>,
): Promise<Result<{ webhookId: WebhookId }>> {
  const [webhook, now] = await Promise.all([findWebhook(actor.tenantId, webhookId), databaseNow()])
  if (!webhook?.active || webhook.removed) return refusal('not_found')
  if (!may(actor, 'webhook.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'webhook.remove', 'not_allowed')))
  const event = webhookEvent('webhook.removed', webhook, actor.personId)
  return commit(act, done({ webhookId }, event), (tx) => removeWebhookRow(tx, webhook, now))
}
