import { z } from 'zod'
import { EVENTS, type EventOutcome, type EventType, OUTCOMES } from '@/lib/domain/events'
import type { TenantId } from '@/lib/domain/ids'
import { DEMO_ISSUER, Persona } from '@/lib/domain/personas'
import { STORY_EVENTS, STORY_STEPS, type StoryEvent } from '@/lib/domain/story'
import { pool } from './database'

const Row = z.object({
  type: z.string().refine((type): type is EventType => type in EVENTS),
  outcome: z.string().refine((outcome): outcome is EventOutcome => outcome in OUTCOMES),
  at: z.date(),
  requestId: z.string().nullable(),
  humanName: z.string().nullable(),
  persona: Persona.nullable().catch(null),
})

const IS_REAL = "(e.entry::json ->> 'seeded') is distinct from 'true'"
const COLUMNS = 'e.leaf, e.type, e.outcome, e.at, e.request_id, e.human_id'

// However much happens under them, of each of the newest requests only what a step can be told from: the first event of
// each kind, and the last signature.
const SELECT = `with held as (
    select e.request_id from trail_event e join person p on p.id = e.human_id
    where e.tenant_id = $1 and e.type = 'request.filed' and e.outcome = 'held' and e.request_id is not null
      and p.issuer = $3 and p.subject = $4 and ${IS_REAL}
    order by e.leaf desc limit 20),
  told as (
    select f.* from held h cross join lateral (select distinct on (e.type, e.outcome) ${COLUMNS} from trail_event e
      where e.request_id = h.request_id and e.tenant_id = $1 and e.type = any($2)
      order by e.type, e.outcome, e.leaf) f
    union select l.* from held h cross join lateral (select ${COLUMNS} from trail_event e
      where e.request_id = h.request_id and e.tenant_id = $1 and e.type = 'approval.signed'
      order by e.leaf desc limit 1) l
    union select o.* from unnest(array['grant.revoked', 'trail.exported']) kind cross join lateral (
      select ${COLUMNS} from trail_event e where e.tenant_id = $1 and e.type = kind and ${IS_REAL}
      order by e.leaf limit 1) o)
  select e.type, e.outcome, e.at, e.request_id as "requestId", p.name as "humanName",
    case when p.issuer = $3 then p.subject end as persona
  from told e left join person p on p.id = e.human_id order by e.leaf`

/** What really happened in a tenant of what the story tells, oldest first. Seeded events are not told. */
export async function listStoryEvents(tenantId: TenantId): Promise<StoryEvent[]> {
  const { rows } = await pool().query(SELECT, [tenantId, STORY_EVENTS, DEMO_ISSUER, STORY_STEPS[0].persona])
  return Row.array().parse(rows)
}
