import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findDelivery } from '@/lib/data/delivery-log'
import { findWebhook } from '@/lib/data/webhooks'
import { sendAgain } from '@/lib/data/write-deliveries'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { DeliveryId, WebhookId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { webhookEvent } from '@/lib/domain/webhook'

export const ReplayDelivery = z.object({ deliveryId: DeliveryId })

/** Has a delivery sent again under its own id, so that a receiver that took it knows it. */
export async function replayDelivery(
  actor: Actor,
  act: Act,
  { deliveryId }: z.infer<typeof ReplayDelivery>,
): Promise<Result<{ deliveryId: DeliveryId }>> {
  const [delivery, now] = await Promise.all([findDelivery(actor.tenantId, deliveryId), databaseNow()])
  if (!delivery) return refusal('not_found')
  const webhook = await findWebhook(actor.tenantId, WebhookId.parse(delivery.target))
  if (!webhook?.active || webhook.removed) return refusal('not_found')
  if (!may(actor, 'webhook.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'webhook.replay', 'not_allowed')))
  if (webhook.suspended) return refusal('webhook_suspended')
  if (delivery.state === 'waiting') return refusal('still_on_its_way')
  const event = webhookEvent('webhook.replayed', webhook, actor.personId, { delivery: deliveryId })
  return commit(act, done({ deliveryId }, event), (tx) => sendAgain(tx, delivery, now))
}
