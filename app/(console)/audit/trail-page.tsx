import type { ReactNode } from 'react'
import { ExportDialog } from '@/components/audit/export-dialog'
import { Facets } from '@/components/audit/facets'
import { Histogram } from '@/components/audit/histogram'
import { logRowOf } from '@/components/audit/log-rows'
import { LogTable } from '@/components/audit/log-table'
import { trailPath } from '@/components/audit/paths'
import { QueryBar } from '@/components/audit/query-bar'
import { SearchForm } from '@/components/audit/search-form'
import { totalOf } from '@/components/audit/total'
import { Callout } from '@/components/ui/callout'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { type Actor, may } from '@/lib/domain/access'
import { isEverything, printTrailQuery } from '@/lib/domain/trail-query'
import type { TrailView } from './trail-view'

type Props = { actor: Actor; view: TrailView; selected?: number | undefined; children?: ReactNode }

/** The trail as a list, with one entry beside it when one is open. */
export function TrailPage({ actor, view, selected, children }: Props) {
  const { query, summary, page, problems, agents } = view
  const exported = <ExportDialog query={printTrailQuery(query)} what={totalOf(summary).toLowerCase()} />
  return (
    <div className={children ? 'page-audit' : 'page-audit whole'}>
      <PageHead title="Audit trail" action={may(actor, 'trail.export') ? exported : undefined}>
        {may(actor, 'trail.see_all')
          ? 'Trail: the append-only log of what people, agents and policy did. What you export here is in it too.'
          : 'Trail: the append-only log. You see what happened to the requests that are yours to see.'}
      </PageHead>
      <SearchForm shown={trailPath({ query })}>
        <QueryBar query={query} agents={agents} labelOf={view.labelOf} />
        {problems.map((problem) => (
          <Callout key={problem} tone="bad" title={problem} role="alert">
            It was left out of the search.
          </Callout>
        ))}
        <Bars summary={summary} />
        <Facets query={query} summary={summary} nameOf={view.nameOf} />
      </SearchForm>
      <div className="stack">
        {page.rows.length === 0 ? (
          <Nothing isFiltered={!isEverything(query)} />
        ) : (
          <LogTable rows={page.rows.map((row) => logRowOf(row, view))} selected={selected} />
        )}
        <Pager view={view} />
      </div>
      {children}
    </div>
  )
}

function Bars({ summary: { histogram, total, isCapped, refused } }: { summary: TrailView['summary'] }) {
  return histogram ? <Histogram {...{ histogram, total, isCapped, refused }} /> : null
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (!isFiltered)
    return (
      <Empty
        title="The trail has nothing for you yet."
        action={<LinkButton href="/requests">Go to Requests</LinkButton>}
      >
        It fills as soon as something happens to a request that is yours to see.
      </Empty>
    )
  return (
    <Empty
      title="No entry matches this search."
      action={<LinkButton href="/audit">Show everything</LinkButton>}
    >
      Take a filter away, or look for fewer words.
    </Empty>
  )
}

function Pager({ view: { query, summary, page, below } }: { view: TrailView }) {
  return (
    <nav className="row spread note" aria-label="Pages">
      <span>
        {page.rows.length.toLocaleString('en')} shown of {totalOf(summary).toLowerCase()}
      </span>
      <span className="row">
        {below === undefined ? null : (
          <LinkButton href={trailPath({ query })} small>
            Newest
          </LinkButton>
        )}
        {page.older === null ? null : (
          <LinkButton href={trailPath({ query, below: page.older })} small>
            Older
          </LinkButton>
        )}
      </span>
    </nav>
  )
}
