import type { EventOutcome, EventType } from '@/lib/domain/events'
import type { RequestId } from '@/lib/domain/ids'
import { pool } from './database'
import { parseEntry } from './trail-rows'

export type TimelineEvent = {
  leaf: number
  at: Date
  type: EventType
  outcome: EventOutcome
  humanName: string | null
  agentSlug: string | null
  decisionIds: string[]
  policyIds: string[]
  data: Record<string, unknown>
  texts: Record<string, string>
}

const SELECT = `select e.leaf::text as leaf, e.at, e.type, e.outcome, e.entry, e.decision_ids, e.policy_ids,
    p.name as human_name, a.slug as agent_slug,
    (select coalesce(json_object_agg(t.name, t.text) filter (where t.text is not null), '{}') from trail_text t where t.leaf = e.leaf) as texts
  from trail_event e
  left join person p on p.id = e.human_id
  left join agent a on a.id = e.agent_id`

type Row = {
  leaf: string
  at: Date
  type: string
  outcome: string
  entry: string
  decision_ids: string[]
  policy_ids: string[]
  human_name: string | null
  agent_slug: string | null
  texts: Record<string, string>
}

const eventOf = (row: Row): TimelineEvent => {
  const { type, outcome, data } = parseEntry(row.entry)
  return {
    leaf: Number(row.leaf),
    at: row.at,
    type,
    outcome,
    humanName: row.human_name,
    agentSlug: row.agent_slug,
    decisionIds: row.decision_ids,
    policyIds: row.policy_ids,
    data,
    texts: row.texts,
  }
}

/** What happened to a request and its grant, newest first. */
export async function listTimeline(requestId: RequestId, take = 200): Promise<TimelineEvent[]> {
  const { rows } = await pool().query<Row>(
    `${SELECT} where e.request_id = $1 order by e.leaf desc limit $2`,
    [requestId, take],
  )
  return rows.map(eventOf)
}
