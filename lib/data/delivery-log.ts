import { z } from 'zod'
import type { DeliveryFailure, DeliveryState } from '@/lib/domain/delivery'
import { DELIVERY_FAILURES } from '@/lib/domain/delivery'
import { DeliveryId, type TenantId, type WebhookId } from '@/lib/domain/ids'
import type { NoticeKind } from '@/lib/domain/notice'
import { database } from './database'
import { DeliveryKind, DeliveryStateRow } from './deliveries'

const isFailure = (text: string): text is DeliveryFailure => text in DELIVERY_FAILURES
const Failure = z.string().refine(isFailure).nullable()

export type LoggedDelivery = {
  id: DeliveryId
  kind: NoticeKind | 'test'
  says: string
  made: Date
  state: DeliveryState
  attempts: number
  lastTry: Date | null
  nextTry: Date
  status: number | null
  failure: DeliveryFailure | null
}

const COLUMNS = {
  ...{ id: true, kind: true, says: true, made: true, state: true, attempts: true },
  ...{ lastTry: true, nextTry: true, status: true, failure: true },
} as const

/** What was sent to a webhook and what became of it, newest first. */
export async function listDeliveries(
  tenantId: TenantId,
  webhookId: WebhookId,
  take: number,
): Promise<LoggedDelivery[]> {
  const rows = await database().delivery.findMany({
    where: { tenantId, channel: 'webhook', target: webhookId },
    select: COLUMNS,
    orderBy: [{ made: 'desc' }, { id: 'desc' }],
    take,
  })
  return rows.map((row) => ({
    ...row,
    id: DeliveryId.parse(row.id),
    kind: DeliveryKind.parse(row.kind),
    state: DeliveryStateRow.parse(row.state),
    failure: Failure.parse(row.failure),
  }))
}

/** The state of one delivery to a webhook of this tenant, and the webhook it is for. */
export async function findDelivery(tenantId: TenantId, id: DeliveryId) {
  const row = await database().delivery.findFirst({
    where: { id, tenantId, channel: 'webhook' },
    select: { state: true, attempts: true, target: true },
  })
  return row && { ...row, id, state: DeliveryStateRow.parse(row.state) }
}
