import { z } from 'zod'
import { EVENTS, type EventOutcome, type EventType, OUTCOMES } from '@/lib/domain/events'
import type { TenantId } from '@/lib/domain/ids'
import { DEMO_ISSUER, Persona } from '@/lib/domain/personas'
import { STORY_EVENTS, type StoryEvent } from '@/lib/domain/story'
import { pool } from './database'

const Row = z.object({
  type: z.string().refine((type): type is EventType => type in EVENTS),
  outcome: z.string().refine((outcome): outcome is EventOutcome => outcome in OUTCOMES),
  at: z.date(),
  requestId: z.string().nullable(),
  humanName: z.string().nullable(),
  persona: Persona.nullable().catch(null),
})

const SELECT = `select e.type, e.outcome, e.at, e.request_id as "requestId", p.name as "humanName",
    case when p.issuer = $3 then p.subject end as persona
  from trail_event e left join person p on p.id = e.human_id
  where e.tenant_id = $1 and e.type = any($2) and (e.entry::json ->> 'seeded') is distinct from 'true'
  order by e.leaf desc limit 2000`

/** What really happened in a tenant of what the story tells, oldest first. Seeded events are not told. */
export async function listStoryEvents(tenantId: TenantId): Promise<StoryEvent[]> {
  const { rows } = await pool().query(SELECT, [tenantId, STORY_EVENTS, DEMO_ISSUER])
  return Row.array().parse(rows).reverse()
}
