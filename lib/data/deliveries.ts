import { z } from 'zod'
import type { Delivery } from '@/lib/domain/delivery'
import { DeliveryId, RequestId, TenantId } from '@/lib/domain/ids'
import { NoticeKindName } from '@/lib/domain/notice-kind'
import { pool } from './database'

export const DeliveryStateRow = z.enum(['waiting', 'delivered', 'given_up'])
export const DeliveryKind = z.union([z.literal('test'), NoticeKindName])

const Row = z.object({
  id: DeliveryId,
  channel: z.enum(['mail', 'webhook']),
  target: z.string(),
  tenant_id: TenantId,
  kind: DeliveryKind,
  request_id: RequestId.nullable(),
  says: z.string(),
  at: z.date(),
  leaf: z.string().nullable(),
  attempts: z.number().int(),
  made: z.date(),
})

const deliveryOf = ({ tenant_id, request_id, leaf, ...row }: z.infer<typeof Row>): Delivery => ({
  ...row,
  tenantId: tenant_id,
  requestId: request_id,
  leaf: leaf === null ? null : Number(leaf),
})

// Of one target a few at a time, and of one that fails a single one: who does not answer holds up nobody else. What is
// of one subject leaves in order: nothing before what happened earlier has left.
const DUE = `select * from (
    select d.id, d.channel, d.target, d.tenant_id, d.kind, d.request_id, d.says, d.at, d.leaf::text, d.attempts, d.made,
      d.next_try, w.failing_since,
      row_number() over (partition by d.channel, d.target order by d.leaf nulls last, d.id) as place
    from delivery d left join webhook w on d.channel = 'webhook' and w.id = d.target
    where d.state = 'waiting' and d.next_try <= $1
      and (d.channel <> 'webhook' or (w.active is not null and w.suspended is null and w.removed is null))
      and not exists (select 1 from delivery e where e.channel = d.channel and e.target = d.target
        and e.subject = d.subject and e.state = 'waiting' and e.leaf < d.leaf)
  ) due
  where place <= case when failing_since is null then 4 else 1 end
  order by next_try, id limit $2`

/** What is to leave now, the longest due first. */
export async function listDue(now: Date, most: number): Promise<Delivery[]> {
  const { rows } = await pool().query(DUE, [now, most])
  return rows.map((row) => deliveryOf(Row.parse(row)))
}
