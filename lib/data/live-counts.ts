import { z } from 'zod'
import type { Actor } from '@/lib/domain/access'
import { ENDING_SECONDS, type LiveGrants } from '@/lib/domain/live-grant'
import { pool } from './database'
import { binder } from './trail-conditions'
import { isVisible } from './visible-sql'

const Counts = z.object({
  all: z.number(),
  ending: z.number(),
  countersigned: z.number(),
  unused: z.number(),
}) satisfies z.ZodType<LiveGrants['counts']>

// In the order of an index: without it the planner reads the tokens of all grants for each that has none.
export const IS_UNUSED =
  '(select c.grant_id from credential c where c.grant_id = g.id order by c.grant_id, c.issued limit 1) is null'

/** The figures of the chips over "Live grants", of what this person may see. All in one look at each grant. */
export async function countLive(actor: Actor, now: Date): Promise<LiveGrants['counts']> {
  const { values, bind } = binder()
  const [at, soon] = [now, new Date(now.getTime() + ENDING_SECONDS * 1000)].map(
    (time) => `${bind(time)}::timestamptz`,
  )
  const { rows } = await pool().query(
    `select count(*)::int as "all",
       count(*) filter (where g.expires <= ${soon})::int as ending,
       count(*) filter (where r.stages <> '[]'::jsonb)::int as countersigned,
       count(*) filter (where ${IS_UNUSED})::int as unused
     from permission_grant g join request r on r.id = g.request_id
     where g.state = 'live' and g.expires > ${at} and ${isVisible(actor, bind)}`,
    values,
  )
  return Counts.parse(rows[0])
}

/** How many live grants this person may see. */
export async function countLiveGrantsOf(actor: Actor, now: Date): Promise<number> {
  const { values, bind } = binder()
  const { rows } = await pool().query<{ live: number }>(
    `select count(*)::int as live from permission_grant g join request r on r.id = g.request_id
     where g.state = 'live' and g.expires > ${bind(now)}::timestamptz and ${isVisible(actor, bind)}`,
    values,
  )
  return rows[0]?.live ?? 0
}
