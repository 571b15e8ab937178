import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RefreshAt } from '@/components/requests/refresh-at'
import { Fact, Facts } from '@/components/ui/facts'
import { PageHead } from '@/components/ui/page-head'
import { Part } from '@/components/ui/part'
import { WebhookActs } from '@/components/webhooks/webhook-acts'
import { WebhookLog } from '@/components/webhooks/webhook-log'
import { WebhookHealth } from '@/components/webhooks/webhook-state'
import { type LoggedDelivery, listDeliveries } from '@/lib/data/delivery-log'
import { findWebhook } from '@/lib/data/webhooks'
import { may } from '@/lib/domain/access'
import { WebhookId } from '@/lib/domain/ids'
import { NOTICE_SUBJECTS } from '@/lib/domain/notice'
import { WEBHOOK_FORMS } from '@/lib/domain/webhook-state'
import { pageNow, requireActor } from '@/lib/web/session'
import {
  removeWebhookAction,
  replayDeliveryAction,
  resumeWebhookAction,
  testWebhookAction,
} from '../../webhook-actions'

export const metadata: Metadata = { title: 'Webhook' }

const MOST = 50
const ACTIONS = { test: testWebhookAction, resume: resumeWebhookAction, remove: removeWebhookAction }

export default async function WebhookPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const actor = await requireActor('webhook.see', `/settings/webhooks/${id}`)
  const webhookId = WebhookId.safeParse(id)
  const webhook = webhookId.success ? await findWebhook(actor.tenantId, webhookId.data) : null
  if (!webhook?.active || webhook.removed) notFound()
  const { origin, form, kinds, suspended } = webhook
  const [deliveries, now] = await Promise.all([listDeliveries(actor.tenantId, webhook.id, MOST), pageNow()])
  const next = suspended ? null : nextChange(deliveries, now)
  const mayChange = may(actor, 'webhook.change')
  const acts = { webhookId: webhook.id, origin, isSuspended: suspended !== null, actions: ACTIONS }
  return (
    <div className="wrap">
      <PageHead title={`Webhook to ${origin}`}>An address outside that is told what happens.</PageHead>
      <Part title="What it is" aside={mayChange ? <WebhookActs {...acts} /> : undefined} className="stack">
        <Facts>
          <Fact label="State">
            <WebhookHealth {...webhook} />
          </Fact>
          <Fact label="Form">{WEBHOOK_FORMS[form]}</Fact>
          <Fact label="Told">{kinds.map((kind) => NOTICE_SUBJECTS[kind]).join('; ')}</Fact>
          <Fact label="Address">Sealed. Its digest is {webhook.digest.slice(0, 12)}.</Fact>
        </Facts>
      </Part>
      <WebhookLog rows={deliveries} replay={mayChange ? replayDeliveryAction : null} />
      {next ? <RefreshAt at={next} now={now.getTime()} /> : null}
    </div>
  )
}

// An attempt takes a moment from when it is due.
const SETTLE_MS = 1500

/** When the log has something new to say: after the next attempt of what waits. */
function nextChange(deliveries: readonly LoggedDelivery[], now: Date): number | null {
  const waiting = deliveries
    .filter(({ state }) => state === 'waiting')
    .map(({ nextTry }) => nextTry.getTime())
  return waiting.length > 0 ? Math.max(now.getTime(), Math.min(...waiting)) + SETTLE_MS : null
}
