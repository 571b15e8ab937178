import { z } from 'zod'
import { BUSY_MINUTES, DECIDING_DAYS, type Deciding, QUICK_SECONDS } from '@/lib/domain/deciding'
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
