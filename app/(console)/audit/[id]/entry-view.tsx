import type { EntryDecision } from '@/components/audit/entry-decision'
import { aboutPath } from '@/components/audit/paths'
import { Link } from '@/components/ui/link'
import type { Moment } from '@/components/ui/timeline'
import { findDecision } from '@/lib/data/decisions'
import { findPolicySet } from '@/lib/data/policy-sets'
import { searchTrail } from '@/lib/data/trail-search'
import type { Actor } from '@/lib/domain/access'
import { DecisionId } from '@/lib/domain/ids'
import { EVERYTHING } from '@/lib/domain/trail-query'
import { aboutEntry, type TrailEntry, type TrailRow, toneOfEntry } from '@/lib/domain/trail-record'
import { loadedPolicySet } from '@/lib/usecases/facts/policy-in-force'

const MOST_DECISIONS = 50
const MOST_MOMENTS = 30

/** The decisions an entry rests on, each with its policies as they were stored. Another tenant's are left out. */
export async function readDecisions(actor: Actor, entry: TrailEntry): Promise<EntryDecision[]> {
  const ids = entry.decisionIds.slice(0, MOST_DECISIONS).map((id) => DecisionId.parse(id))
  const found = await Promise.all(ids.map(findDecision))
  const own = found.flatMap((one) => (one && one.tenantId === actor.tenantId ? [one] : []))
  return Promise.all(
    own.map(async (decision) => {
      const [stored, loaded] = await Promise.all([
        findPolicySet(decision.policySet),
        loadedPolicySet(decision.policySet),
      ])
      const policies = decision.policyIds.flatMap((id) => loaded.entries.get(id) ?? [])
      return {
        decision,
        serial: stored?.serial ?? null,
        policies: policies.map(({ id, effect, says, cedar }) => ({ id, effect, says, cedar })),
      }
    }),
  )
}

/** What happened to the same request, newest first. */
export async function readStory(actor: Actor, entry: TrailEntry): Promise<Moment[]> {
  if (!entry.requestId) return []
  const query = { ...EVERYTHING, fields: { ...EVERYTHING.fields, request: [entry.requestId] } }
  const { rows } = await searchTrail(actor, query, { take: MOST_MOMENTS })
  const path = aboutPath('request', entry.requestId).split('?')[1] ?? ''
  return rows.map((row) => ({
    id: String(row.leaf),
    at: row.at,
    tone: toneOfEntry(row),
    says: <Said row={row} current={row.leaf === entry.leaf} search={path} />,
  }))
}

function Said({ row, current, search }: { row: TrailRow; current: boolean; search: string }) {
  const what = (
    <>
      {row.type} <span className="muted">{aboutEntry(row)}</span>
    </>
  )
  if (current) return <b aria-current="true">{what}</b>
  return (
    <>
      <Link href={`/audit/${row.leaf}?${search}#entry`}>{row.type}</Link>{' '}
      <span className="muted">
        {aboutEntry(row)}
        {row.human ? `, ${row.human.name}` : null}
      </span>
    </>
  )
}
