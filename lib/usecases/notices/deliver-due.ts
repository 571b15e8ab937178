import { commit, type Tx } from '@/lib/data/commit'
import { listDue } from '@/lib/data/deliveries'
import { takeLease } from '@/lib/data/leases'
import { findSealedWebhook } from '@/lib/data/webhooks'
import { claimDelivery, closeAttempt } from '@/lib/data/write-deliveries'
import { noteHealth } from '@/lib/data/write-webhooks'
import { type Delivery, type DeliveryState, isGivenUp, isToSuspend, nextTry } from '@/lib/domain/delivery'
import type { TrailEvent } from '@/lib/domain/events'
import { done } from '@/lib/domain/result'
import { suspendedEvent } from '@/lib/domain/webhook'
import { type Sent, sendByMail, sendToWebhook } from '../facts/send-notice'

const LEASE_SECONDS = 30
const AT_ONCE = 16
const SWEEPER = { via: 'sweeper' } as const

function stateAfter({ made }: Delivery, { failure }: Sent, now: Date): DeliveryState {
  if (failure === null) return 'delivered'
  return failure === 'gone' || isGivenUp(made, now) ? 'given_up' : 'waiting'
}

const givenUpEvent = ({ tenantId, requestId }: Delivery, { failure }: Sent): TrailEvent => ({
  type: 'mail.failed',
  outcome: 'refused',
  tenantId,
  ...(requestId ? { requestId } : {}),
  data: { letter: 'notice', code: failure },
})

/** What an attempt came to: what to remember, and what it says of its receiver. */
type Outcome = { sent: Sent; events: TrailEvent[]; note: (tx: Tx) => Promise<void> }

async function sendMailOf(delivery: Delivery, now: Date): Promise<Outcome> {
  const sent = await sendByMail(delivery)
  const isOver = stateAfter(delivery, sent, now) === 'given_up' && sent.failure !== 'gone'
  return { sent, events: isOver ? [givenUpEvent(delivery, sent)] : [], note: async () => {} }
}

async function sendWebhookOf(delivery: Delivery, now: Date): Promise<Outcome> {
  const webhook = await findSealedWebhook(delivery.target)
  if (!webhook || webhook.removed)
    return { sent: { status: null, failure: 'gone' }, events: [], note: async () => {} }
  const sent = await sendToWebhook(delivery, webhook)
  const failingSince = sent.failure === null ? null : (webhook.failingSince ?? now)
  const isOver = webhook.suspended === null && isToSuspend(failingSince, now)
  return {
    sent,
    events: isOver ? [suspendedEvent({ ...webhook, failingSince })] : [],
    note: (tx) => noteHealth(tx, webhook.id, { failingSince, suspended: isOver ? now : null }),
  }
}

/**
 * One attempt: taken first, so that nobody else sends it meanwhile, then sent, then written down. Who is killed in
 * between sends it again when its time comes: at least once, and never lost.
 */
async function attempt(delivery: Delivery, now: Date): Promise<void> {
  const again = nextTry(delivery.attempts + 1, now, Math.random())
  const claimed = await commit(SWEEPER, done(null), (tx) => claimDelivery(tx, delivery, now, again))
  if (!claimed.ok) return
  const send = delivery.channel === 'mail' ? sendMailOf : sendWebhookOf
  const { sent, events, note } = await send(delivery, now)
  const state = stateAfter(delivery, sent, now)
  await commit(SWEEPER, done(null, ...events), async (tx) => {
    await closeAttempt(tx, delivery, { state, ...sent, now })
    await note(tx)
  })
}

/** Sends what is due at this moment. One process at a time does it, and whoever does not answer holds up nobody else. */
export async function deliverDue(holder: string, now: Date): Promise<{ isMore: boolean }> {
  if ((await listDue(now, 1)).length === 0) return { isMore: false }
  if ((await takeLease('deliveries', holder, LEASE_SECONDS)) === null) return { isMore: false }
  const due = await listDue(now, AT_ONCE)
  await Promise.all(due.map((delivery) => attempt(delivery, now)))
  return { isMore: due.length === AT_ONCE }
}
