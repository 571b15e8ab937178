import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Input, Select } from '@/components/ui/input'
import { Link } from '@/components/ui/link'
import { type Filter, filtersOf, type TrailQuery, typedWords, withoutFilter } from '@/lib/domain/trail-query'
import { localTimeText } from '@/lib/domain/trail-time'
import { trailPath } from './paths'

type Props = {
  query: TrailQuery
  agents: readonly string[]
  /** What a filter's value is called, when that is not its own text. */
  labelOf: (filter: Filter) => string
}

/** The search box with what already narrows the search, each part to take away. */
export function QueryBar({ query, agents, labelOf }: Props) {
  return (
    <div className="stack tight">
      <div className="query">
        <Icon name="search" />
        {filtersOf(query).map((filter) => (
          <Link
            key={`${filter.field} ${filter.value}`}
            className="chip"
            href={trailPath({ query: withoutFilter(query, filter) })}
          >
            <b>{filter.field}:</b>
            <bdi>{labelOf(filter)}</bdi> <Icon name="close" />
            <span className="vh">remove</span>
          </Link>
        ))}
        <input
          type="search"
          name="q"
          aria-label="Search the trail"
          placeholder="Search the trail"
          defaultValue={typedWords(query)}
          maxLength={500}
        />
        <Button type="submit" variant="quiet" small>
          Search
        </Button>
      </div>
      <MoreFilters query={query} agents={agents} />
      <Kept query={query} />
    </div>
  )
}

function MoreFilters({ query, agents }: Pick<Props, 'query' | 'agents'>) {
  const { fields, after, before } = query
  const [agent = ''] = fields.agent
  const [decision = ''] = fields.decision
  const choices = agent && !agents.includes(agent) ? [agent, ...agents] : agents
  return (
    <details>
      <summary>More filters and how to write them</summary>
      <div className="more-filters">
        <Select key={agent} label="Agent" name="agent" defaultValue={agent}>
          <option value="">Any agent</option>
          {choices.map((slug) => (
            <option key={slug}>{slug}</option>
          ))}
        </Select>
        <Input label="Decision" name="decision" defaultValue={decision} placeholder="D-…" />
        <Input
          label="From, UTC"
          name="after"
          type="datetime-local"
          defaultValue={after ? localTimeText(after) : ''}
        />
        <Input
          label="Until, UTC"
          name="before"
          type="datetime-local"
          defaultValue={before ? localTimeText(before) : ''}
        />
      </div>
      <p className="note">
        Words find names, ids and free text. <code>human:</code> <code>agent:</code> <code>decision:</code>{' '}
        <code>request:</code> <code>grant:</code> <code>outcome:</code> <code>event:</code>{' '}
        <code>policy:</code> <code>after:</code> <code>before:</code> narrow one column, as in{' '}
        <code>agent:refund-triage event:grant after:2026-11-23</code>.
      </p>
    </details>
  )
}

/** What has no control of its own goes along unseen, so that the next search keeps it. */
function Kept({ query: { fields } }: { query: TrailQuery }) {
  const kept = [
    ...fields.agent.slice(1).map((value) => ['agent', value] as const),
    ...fields.decision.slice(1).map((value) => ['decision', value] as const),
    ...fields.request.map((value) => ['request', value] as const),
    ...fields.grant.map((value) => ['grant', value] as const),
  ]
  return kept.map(([name, value]) => (
    <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
  ))
}
