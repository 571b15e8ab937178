import type { WebhookId } from '@/lib/domain/ids'
import type { WebhookState } from '@/lib/domain/webhook-state'
import { expectOne, type Tx } from './commit'

type Read = Pick<WebhookState, 'id' | 'rev'>

/** Stores an address that waits for a second administrator, with what is sealed of it. */
export async function insertWebhook(
  tx: Tx,
  { kinds, ...webhook }: WebhookState,
  sealed: string,
): Promise<void> {
  await tx.webhook.create({ data: { ...webhook, kinds: [...kinds], sealed } })
}

/** From now on it is told. */
export async function activateWebhook(tx: Tx, { id, rev }: Read, now: Date): Promise<void> {
  expectOne(
    await tx.webhook.updateMany({
      where: { id, rev, active: null, removed: null },
      data: { active: now, rev: { increment: 1 } },
    }),
  )
}

/** It is told nothing any more, and what was on its way to it goes nowhere. */
export async function removeWebhookRow(tx: Tx, { id, rev }: Read, now: Date): Promise<void> {
  expectOne(
    await tx.webhook.updateMany({
      where: { id, rev, removed: null },
      data: { removed: now, rev: { increment: 1 } },
    }),
  )
  await tx.delivery.updateMany({
    where: { channel: 'webhook', target: id, state: 'waiting' },
    data: { state: 'given_up', failure: 'gone' },
  })
}

/** It is told again, beginning with what was on its way when it was suspended. */
export async function resumeWebhookRow(tx: Tx, { id, rev }: Read, now: Date): Promise<void> {
  expectOne(
    await tx.webhook.updateMany({
      where: { id, rev, suspended: { not: null } },
      data: { suspended: null, failingSince: null, rev: { increment: 1 } },
    }),
  )
  await tx.delivery.updateMany({
    where: { channel: 'webhook', target: id, state: 'waiting' },
    data: { nextTry: now },
  })
}

/** What an attempt said of its receiver: it works, it fails since, or it is suspended. */
export async function noteHealth(
  tx: Tx,
  id: WebhookId,
  { failingSince, suspended }: { failingSince: Date | null; suspended: Date | null },
): Promise<void> {
  expectOne(
    await tx.webhook.updateMany({
      where: { id },
      data: { failingSince, ...(suspended ? { suspended, rev: { increment: 1 } } : {}) },
    }),
  )
}
