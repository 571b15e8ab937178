import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import { PersonId, TenantId, WebhookId } from '@/lib/domain/ids'
import { NoticeKindName } from '@/lib/domain/notice-kind'
import { WebhookFormName } from '@/lib/domain/webhook'
import type { WebhookState } from '@/lib/domain/webhook-state'
import { database } from './database'

const Kinds = z.array(NoticeKindName)

const stateOfRow = ({ sealed: _, ...row }: Prisma.WebhookGetPayload<object>): WebhookState => ({
  ...row,
  id: WebhookId.parse(row.id),
  tenantId: TenantId.parse(row.tenantId),
  form: WebhookFormName.parse(row.form),
  kinds: Kinds.parse(row.kinds),
  addedBy: PersonId.parse(row.addedBy),
})

/** One webhook of a tenant, whatever became of it. Not its address and not its secret. */
export async function findWebhook(tenantId: TenantId, id: WebhookId): Promise<WebhookState | null> {
  const row = await database().webhook.findFirst({ where: { id, tenantId } })
  return row && stateOfRow(row)
}

/** The addresses a tenant tells, those that are suspended too, oldest first. */
export async function listWebhooks(tenantId: TenantId): Promise<WebhookState[]> {
  const rows = await database().webhook.findMany({
    where: { tenantId, active: { not: null }, removed: null },
    orderBy: [{ added: 'asc' }, { id: 'asc' }],
  })
  return rows.map(stateOfRow)
}

/** Those of several tenants that are told now. */
export async function listTold(tenantIds: readonly TenantId[]): Promise<WebhookState[]> {
  const rows = await database().webhook.findMany({
    where: {
      tenantId: { in: [...new Set(tenantIds)] },
      active: { not: null },
      suspended: null,
      removed: null,
    },
    orderBy: { id: 'asc' },
  })
  return rows.map(stateOfRow)
}

/** A webhook with what is sealed of it: for sending. */
export async function findSealedWebhook(id: string): Promise<(WebhookState & { sealed: string }) | null> {
  const row = await database().webhook.findUnique({ where: { id } })
  return row && { ...stateOfRow(row), sealed: row.sealed }
}
