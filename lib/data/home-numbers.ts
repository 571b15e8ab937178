import type { Actor } from '@/lib/domain/access'
import { pool } from './database'

const WEEK = "interval '7 days'"

async function one(sql: string, values: readonly unknown[]): Promise<Record<string, number | null>> {
  const { rows } = await pool().query<Record<string, string | null>>(sql, [...values])
  return Object.fromEntries(
    Object.entries(rows[0] ?? {}).map(([name, value]) => [name, value === null ? null : Number(value)]),
  )
}

const REQUESTER = `select count(*) as filed,
    count(*) filter (where r.state = 'granted' and r.stages = '[]'::jsonb) as at_once,
    percentile_cont(0.5) within group (order by extract(epoch from g.opened - r.filed))
      filter (where r.stages <> '[]'::jsonb) as median_seconds,
    count(*) filter (where r.state in ('refused', 'denied')) as refused
  from request r left join permission_grant g on g.request_id = r.id
  where (r.proposed_under is null or r.decision_ids <> '{}')
    and not exists (select 1 from child_grant k where k.grant_id = g.id)
    and r.requester_id = $1 and r.tenant_id = $2 and r.filed > $3::timestamptz - ${WEEK}`

/** A requester's week: filed, allowed at once, median time until countersigned, refused. */
export async function requesterNumbers({ personId, tenantId }: Actor, now: Date) {
  const row = await one(REQUESTER, [personId, tenantId, now])
  return {
    filed: row.filed ?? 0,
    atOnce: row.at_once ?? 0,
    medianSeconds: row.median_seconds ?? null,
    refused: row.refused ?? 0,
  }
}

const APPROVER = `select count(*) filter (where a.verdict = 'approve') as signed,
    count(*) filter (where a.verdict = 'deny') as denied,
    percentile_cont(0.5) within group (order by extract(epoch from a.signed - r.filed)) as median_seconds
  from approval a join request r on r.id = a.request_id
  where a.person_id = $1 and a.signed > $2::timestamptz - ${WEEK}`

/** An approver's week: signed, denied, median seconds from asked to signed. */
export async function approverNumbers({ personId }: Actor, now: Date) {
  const row = await one(APPROVER, [personId, now])
  return { signed: row.signed ?? 0, denied: row.denied ?? 0, medianSeconds: row.median_seconds ?? null }
}

const COMPLIANCE = `select count(*) as entries, count(*) filter (where outcome = 'refused') as refused,
    count(*) filter (where type = 'grant.revoked') as revoked,
    count(*) filter (where type = 'trail.exported') as exports,
    (select count(*) from break_glass where tenant_id = $1 and reviewed is null) as unreviewed,
    (select extract(epoch from $2::timestamptz - min(signed)) from break_glass where tenant_id = $1 and reviewed is null)
      as unreviewed_seconds
  from trail_event where tenant_id = $1 and at > $2::timestamptz - ${WEEK}`

/** A tenant's week in the trail: entries, refusals, revocations, exports, and the uses of break-glass nobody has reviewed. */
export async function complianceNumbers({ tenantId }: Actor, now: Date) {
  const row = await one(COMPLIANCE, [tenantId, now])
  return {
    entries: row.entries ?? 0,
    refused: row.refused ?? 0,
    revoked: row.revoked ?? 0,
    exports: row.exports ?? 0,
    unreviewed: row.unreviewed ?? 0,
    unreviewedSeconds: row.unreviewed_seconds ?? null,
  }
}

const ADMINISTRATOR = `select
    (select count(*) from agent where tenant_id = $1) as agents,
    (select count(*) from agent where tenant_id = $1 and suspended is not null) as suspended,
    count(*) filter (where state = 'live' and expires > $2) as live,
    count(*) filter (where state = 'revoked' and ended > $2::timestamptz - ${WEEK}) as revoked
  from permission_grant where tenant_id = $1`

/** What an administrator answers for: live grants, agents, suspended ones, revoked in a week. */
export async function administratorNumbers({ tenantId }: Actor, now: Date) {
  const row = await one(ADMINISTRATOR, [tenantId, now])
  return {
    live: row.live ?? 0,
    agents: row.agents ?? 0,
    suspended: row.suspended ?? 0,
    revoked: row.revoked ?? 0,
  }
}
