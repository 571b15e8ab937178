import { z } from 'zod'
import {
  BUSY_MINUTES,
  DECIDING_DAYS,
  type Deciding,
  MUTUAL_APPROVALS,
  type Mutual,
  QUICK_SECONDS,
} from '@/lib/domain/deciding'
import { PersonId, type TenantId } from '@/lib/domain/ids'
import { pool } from './database'

const Row = z.object({
  personId: PersonId,
  name: z.string(),
  decisions: z.number(),
  approved: z.number(),
  quick: z.number(),
  medianSeconds: z.number(),
  busiest: z.number(),
})

// Each decision with how many of the same person lie in the ten minutes up to it.
const DECIDED = `select a.person_id, a.verdict, extract(epoch from a.signed - a.prepared) as took,
    count(*) over (partition by a.person_id order by a.signed
      range between make_interval(mins => $3) preceding and current row) as lately
  from approval a
  where a.tenant_id = $1 and a.prepared is not null and a.signed > clock_timestamp() - make_interval(days => $2)`

/** How the approvers of a tenant decided in the last 30 days, the quickest first. */
export async function listDeciding(tenantId: TenantId): Promise<Deciding[]> {
  const { rows } = await pool().query(
    `select d.person_id as "personId", p.name, count(*)::int as decisions,
       (count(*) filter (where d.verdict = 'approve'))::int as approved, (count(*) filter (where d.took < $4))::int as quick,
       max(d.lately)::int as busiest,
       (percentile_cont(0.5) within group (order by d.took))::float8 as "medianSeconds"
     from (${DECIDED}) d join person p on p.id = d.person_id
     group by 1, 2 order by "medianSeconds", 1 limit 200`,
    [tenantId, DECIDING_DAYS, BUSY_MINUTES, QUICK_SECONDS],
  )
  return Row.array().parse(rows)
}

const MutualRow = z.object({ one: z.string(), other: z.string(), byOne: z.number(), byOther: z.number() })

// A request that both sides signed twice over (a stage each) is one request.
const MUTUAL = `with gave as (
    select a.person_id as giver, r.requester_id as taker, count(distinct a.request_id)::int as times
    from approval a join request r on r.id = a.request_id
    where a.tenant_id = $1 and a.verdict = 'approve' and a.signed > clock_timestamp() - make_interval(days => $2)
    group by 1, 2)
  select p.name as one, q.name as other, a.times as "byOne", b.times as "byOther"
  from gave a join gave b on b.giver = a.taker and b.taker = a.giver and a.giver < b.giver
    join person p on p.id = a.giver join person q on q.id = b.giver
  where least(a.times, b.times) > $3
  order by a.times + b.times desc, 1, 2 limit 50`

/** Pairs of people of a tenant who approved each other more than a few times in the last 30 days (A10). */
export async function listMutualApprovals(tenantId: TenantId): Promise<Mutual[]> {
  const { rows } = await pool().query(MUTUAL, [tenantId, DECIDING_DAYS, MUTUAL_APPROVALS])
  return MutualRow.array().parse(rows)
}

/** Both parts of the report on how a tenant's approvers decide. */
export async function readDeciding(tenantId: TenantId): Promise<{ deciding: Deciding[]; mutual: Mutual[] }> {
  const [deciding, mutual] = await Promise.all([listDeciding(tenantId), listMutualApprovals(tenantId)])
  return { deciding, mutual }
}
