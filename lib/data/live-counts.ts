import { z } from 'zod'
import { type Actor, may } from '@/lib/domain/access'
import { ENDING_SECONDS, type LiveGrants } from '@/lib/domain/live-grant'
import { pool } from './database'
import { type Bind, binder } from './trail-conditions'

/** `whereVisible` of the requests `r`, for a question Prisma has no words for. */
function isVisible(actor: Actor, bind: Bind): string {
  const tenant = bind(actor.tenantId)
  const touched = `(r.tenant_id = ${tenant}
    or exists (select 1 from request_scope s where s.request_id = r.id and s.tenant_id = ${tenant}))`
  if (may(actor, 'request.see_all')) return touched
  const me = bind(actor.personId)
  const ways = [
    `exists (select 1 from agent_owner o where o.agent_id = r.agent_id and o.person_id = ${me})`,
    ...(may(actor, 'request.see_groups') ? asApprover(actor, me, bind) : []),
  ]
  return `((r.requester_id = ${me} and r.tenant_id = ${tenant}) or (${touched} and (${ways.join(' or ')})))`
}

function asApprover({ groups }: Actor, me: string, bind: Bind): string[] {
  const stages = groups.flatMap(({ slug, tenantId }) => [
    JSON.stringify([{ name: slug, tenantId }]),
    JSON.stringify([{ tenantId, escalate: { to: slug } }]),
  ])
  return [
    `r.stages @> any(${bind(stages)}::jsonb[])`,
    `exists (select 1 from approval v where v.request_id = r.id and v.person_id = ${me})`,
  ]
}

const Counts = z.object({
  all: z.number(),
  ending: z.number(),
  countersigned: z.number(),
  unused: z.number(),
}) satisfies z.ZodType<LiveGrants['counts']>

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
       count(*) filter (where not exists (select 1 from credential c where c.grant_id = g.id))::int as unused
     from permission_grant g join request r on r.id = g.request_id
     where g.state = 'live' and g.expires > ${at} and ${isVisible(actor, bind)}`,
    values,
  )
  return Counts.parse(rows[0])
}
