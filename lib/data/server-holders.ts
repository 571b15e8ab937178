import { z } from 'zod'
import type { TenantId } from '@/lib/domain/ids'
import type { Holders } from '@/lib/domain/server-change'
import { pool } from './database'

const Row = z.object({ id: z.string(), requests: z.number(), grants: z.number() })

const HELD = `select coalesce(scope_id, server_id) as id,
  count(distinct request_id)::int as requests, count(distinct grant_id)::int as grants
  from (
    select q.server_id, q.scope_id, q.request_id, null as grant_id
      from request_scope q join request r on r.id = q.request_id
      where q.tenant_id = $1 and r.state = 'awaiting' and r.answer_by > $2
    union all
    select q.server_id, q.scope_id, null, q.grant_id
      from grant_scope q join permission_grant g on g.id = q.grant_id
      where q.tenant_id = $1 and g.state = 'live' and g.expires > $2
  ) held group by grouping sets ((server_id), (scope_id))`

/** How many waiting requests and live grants hold each scope of a tenant, and anything of each server. */
export async function listHolders(tenantId: TenantId, now: Date): Promise<Map<string, Holders>> {
  const { rows } = await pool().query(HELD, [tenantId, now])
  return new Map(
    Row.array()
      .parse(rows)
      .map(({ id, ...held }) => [id, held]),
  )
}
