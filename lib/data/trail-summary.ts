import type { Actor } from '@/lib/domain/access'
import { OUTCOMES } from '@/lib/domain/events'
import type { TrailQuery } from '@/lib/domain/trail-query'
import type { Facet, FacetValue, Slot, TrailSummary } from '@/lib/domain/trail-record'
import { stepOf } from '@/lib/domain/trail-time'
import { pool } from './database'
import { binder, matching } from './trail-conditions'

/** Counting stops here: a count over a million rows would make every search slow. */
export const MOST_COUNTED = 10_000
const MOST_VALUES = 6

type Counted = { facet: Facet | 'all'; value: string; n: number; refused: number; first: Date; last: Date }

// The rows are counted once, whatever is asked of them.
const FACETS_OF = `
  select 'all' as facet, '' as value, count(*)::int as n,
    (count(*) filter (where outcome = 'refused'))::int as refused, min(at) as first, max(at) as last from f
  union all select 'event', type, count(*)::int, 0, min(at), max(at) from f group by type
  union all select 'outcome', outcome, count(*)::int, 0, min(at), max(at) from f group by outcome
  union all select 'human', human_id, count(*)::int, 0, min(at), max(at) from f where human_id is not null group by human_id
  union all select 'policy', id, count(*)::int, 0, min(at), max(at) from f, unnest(policy_ids) as id group by id`

const counted = (actor: Actor, query: TrailQuery) => {
  const { values, bind } = binder()
  const where = matching(actor, query, bind)
  const sql = `with f as materialized (select e.at, e.type, e.outcome, e.human_id, e.policy_ids from trail_event e
    where ${where} order by e.leaf desc limit ${bind(MOST_COUNTED)})`
  return { sql, values, bind }
}

async function namesOf(rows: readonly Counted[]): Promise<Map<string, string>> {
  const ids = rows.filter(({ facet }) => facet === 'human').map(({ value }) => value)
  const people = await pool().query<{ id: string; name: string }>(
    'select id, name from person where id = any($1::text[])',
    [ids],
  )
  return new Map(people.rows.map(({ id, name }) => [id, name]))
}

const isOutcome = (value: string): value is keyof typeof OUTCOMES => value in OUTCOMES

function facetOf(facet: Facet, rows: readonly Counted[], names: ReadonlyMap<string, string>): FacetValue[] {
  const label = (value: string) =>
    facet === 'human' ? (names.get(value) ?? value) : isOutcome(value) ? OUTCOMES[value] : value
  return rows
    .filter((row) => row.facet === facet)
    .map(({ value, n }) => ({ value, label: label(value), count: n }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_VALUES)
}

async function slotsOf(actor: Actor, query: TrailQuery, first: Date, seconds: number): Promise<Slot[]> {
  const { sql, values, bind } = counted(actor, query)
  const origin = Math.floor(first.getTime() / 1000 / seconds) * seconds
  const { rows } = await pool().query<{ slot: number; n: number; refused: number }>(
    `${sql} select floor((extract(epoch from at) - ${bind(origin)}::float8) / ${bind(seconds)}::float8)::int as slot,
       count(*)::int as n, (count(*) filter (where outcome = 'refused'))::int as refused
     from f group by 1 order by 1`,
    values,
  )
  return rows.map(({ slot, n, refused }) => ({
    at: new Date((origin + slot * seconds) * 1000),
    count: n,
    refused,
  }))
}

/** What the newest matching entries are made of: facets with counts, and how they lie in time. */
export async function summariseTrail(actor: Actor, query: TrailQuery): Promise<TrailSummary> {
  const { sql, values } = counted(actor, query)
  const { rows } = await pool().query<Counted>(`${sql} ${FACETS_OF}`, values)
  const all = rows.find(({ facet }) => facet === 'all')
  const names = await namesOf(rows)
  const facets = {
    event: facetOf('event', rows, names),
    outcome: facetOf('outcome', rows, names),
    human: facetOf('human', rows, names),
    policy: facetOf('policy', rows, names),
  }
  if (!all || all.n === 0) return { total: 0, refused: 0, isCapped: false, facets, histogram: null }
  const step = stepOf(all.first, all.last)
  return {
    total: all.n,
    refused: all.refused,
    isCapped: all.n === MOST_COUNTED,
    facets,
    histogram: { step, slots: await slotsOf(actor, query, all.first, step.seconds) },
  }
}
