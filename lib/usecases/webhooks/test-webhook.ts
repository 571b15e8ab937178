import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { findWebhook } from '@/lib/data/webhooks'
import { insertDeliveries } from '@/lib/data/write-deliveries'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { type DeliveryId, WebhookId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { webhookEvent } from '@/lib/domain/webhook'

export const TestWebhook = z.object({ webhookId: WebhookId })

/** Puts a message that says it is a test on its way, as every other: signed, tried again, and in the log. */
export async function testWebhook(
  actor: Actor,
  act: Act,
  { webhookId }: z.infer<typeof TestWebhook>,
): Promise<Result<{ deliveryId: DeliveryId }>> {
  const [webhook, now] = await Promise.all([findWebhook(actor.tenantId, webhookId), databaseNow()])
  if (!webhook?.active || webhook.removed) return refusal('not_found')
  if (!may(actor, 'webhook.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'webhook.test', 'not_allowed')))
  if (webhook.suspended) return refusal('webhook_suspended')
  const deliveryId = newId('DeliveryId')
  const event = webhookEvent('webhook.tested', webhook, actor.personId, { delivery: deliveryId })
  return commit(act, done({ deliveryId }, event), (tx) =>
    insertDeliveries(tx, [
      {
        ...{ id: deliveryId, channel: 'webhook', target: webhook.id, subject: deliveryId, leaf: null },
        ...{ tenantId: webhook.tenantId, kind: 'test', requestId: null, at: now, made: now },
        says: 'This is a test of Countersign. Nothing happened.',
      },
    ]),
  )
}
