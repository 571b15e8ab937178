import { z } from 'zod'
import type { Actor } from '@/lib/domain/access'
import { MANY_OF_ONE_AGENT, type Place } from '@/lib/domain/inbox'
import { Sensitivity } from '@/lib/domain/sensitivity'
import { pool } from './database'

/** What of everything that waits is looked at. */
export type Narrowing = { risk?: Sensitivity | null; agent?: string; group?: string }

// What waits for a group of theirs, without what they can never sign. Only what is cheap for thousands of rows: whether
// they can sign it now is the domain's to say.
const WAITING = `from request r
  where r.state = 'awaiting' and r.answer_by > $1 and r.requester_id <> $2 and r.stages @> any($3::jsonb[])
    and not exists (select from agent_owner o where o.agent_id = r.agent_id and o.person_id = $2)`

// No request waits longer than a day, so votes older than that are on nothing that waits.
const VOTED = `(r.id, r.version) in (select v.request_id, v.version from approval v
    where v.person_id = $2 and v.signed > $1::timestamptz - interval '2 days')`

const RANKED = `with w as materialized (
    select r.id, r.agent_id, r.filed, ${VOTED} as voted,
      coalesce(case when r.tenant_id = $4 then r.sensitivity end, (select max(s.sensitivity) from request_scope s
        where s.request_id = r.id and (r.tenant_id = $4 or s.tenant_id = $4))) as risk
    ${WAITING} and ($5::text = '' or exists (select from agent a where a.id = r.agent_id and a.slug = $5)))`

const CROWDS = `${RANKED}
  select w.agent_id, a.slug, count(*)::int as count, max(w.risk) as risk from w join agent a on a.id = w.agent_id
  where ($6::int is null or w.risk = $6) and not w.voted
  group by 1, 2 having count(*) >= $7 order by risk desc, count desc, 2`

const PLACES = `${RANKED}
  select w.id, w.filed, w.risk from w
  where ($6::int is null or w.risk = $6) and w.agent_id <> all($7::text[])
    and ($8::int is null or (-w.risk, w.filed, w.id) > (-$8::int, $9::timestamptz, $10::text))
  order by w.risk desc, w.filed, w.id limit $11`

const PlaceRow = z.object({ id: z.string(), filed: z.date(), risk: Sensitivity })
const CrowdRow = z.object({ agent_id: z.string(), slug: z.string(), count: z.number(), risk: Sensitivity })

// A group's own stages, and those that may escalate to it.
const stagesOf = ({ groups }: Actor, group = '') =>
  groups
    .filter(({ slug }) => group === '' || slug === group)
    .flatMap(({ slug, tenantId }) => [[{ name: slug, tenantId }], [{ tenantId, escalate: { to: slug } }]])
    .map((stages) => JSON.stringify(stages))

const asked = (actor: Actor, now: Date, { risk = null, agent = '', group }: Narrowing) => [
  now,
  actor.personId,
  stagesOf(actor, group),
  actor.tenantId,
  agent,
  risk,
]

export type AgentCrowd = { agentId: string; agent: string; count: number; sensitivity: Sensitivity }

/** Agents that wait with many requests for this person's groups, the riskiest first. */
export async function listCrowds(actor: Actor, now: Date, narrowing: Narrowing): Promise<AgentCrowd[]> {
  const { rows } = await pool().query(CROWDS, [...asked(actor, now, narrowing), MANY_OF_ONE_AGENT])
  return CrowdRow.array()
    .parse(rows)
    .map(({ agent_id, slug, count, risk }) => ({ agentId: agent_id, agent: slug, count, sensitivity: risk }))
}

export type PageOfPlaces = Narrowing & { take: number; after?: Place | null; without?: readonly string[] }

/** What waits for this person's groups: riskiest first, then oldest. */
export async function listPlaces(actor: Actor, now: Date, page: PageOfPlaces): Promise<Place[]> {
  const { take, after = null, without = [] } = page
  const { rows } = await pool().query(PLACES, [
    ...asked(actor, now, page),
    without,
    after?.risk ?? null,
    after?.filed ?? null,
    after?.id ?? null,
    take,
  ])
  return PlaceRow.array().parse(rows)
}
