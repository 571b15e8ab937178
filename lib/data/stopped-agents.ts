import { z } from 'zod'
import type { EventType } from '@/lib/domain/events'
import { AgentId, RequestId, TenantId } from '@/lib/domain/ids'
import { pool } from './database'

const Row = z.object({
  agentId: AgentId,
  tenantId: TenantId,
  /** Of the last call that was about one. */
  requestId: RequestId.nullable(),
  refused: z.number(),
})
export type StoppedAgent = z.infer<typeof Row>

// Of the newest refusals only: a flood of them is told of all the same, and costs no more to look through.
const REFUSALS: readonly EventType[] = [
  'agent.refused',
  'credential.refused',
  'grant.not_handed_on',
  'request.not_proposed',
]
const STOPPED = `select agent_id as "agentId", tenant_id as "tenantId", count(*)::int as refused,
    (array_agg(request_id order by leaf desc) filter (where request_id is not null))[1] as "requestId"
  from (select * from trail_event where type = any($5::text[]) and at > $1::timestamptz - $2::int * interval '1 second'
    order by leaf desc limit 20000) refusal
  where agent_id is not null and tenant_id is not null and entry::jsonb -> 'data' ->> 'reason' = any($3::text[])
    and not exists (select 1 from trail_event told where told.type = 'agent.persisted'
      and told.agent_id = refusal.agent_id and told.at > $1::timestamptz - interval '1 hour')
  group by agent_id, tenant_id having count(*) >= $4`

/** Agents that were refused at least so often in so many seconds for these reasons, and were not told of in an hour. */
export async function listStoppedAgents(
  now: Date,
  { seconds, times, reasons }: { seconds: number; times: number; reasons: readonly string[] },
): Promise<StoppedAgent[]> {
  const { rows } = await pool().query(STOPPED, [now, seconds, reasons, times, REFUSALS])
  return Row.array().parse(rows)
}
