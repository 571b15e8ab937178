import type { Metadata } from 'next'
import { Suspense } from 'react'
import {
  cursorFrom,
  cursorOf,
  LIST_FILTERS,
  type ListQuery,
  listHref,
  statusesOf,
} from '@/components/requests/list-filter'
import { REQUEST_COLUMNS } from '@/components/requests/request-columns'
import { requestRowOf } from '@/components/requests/request-rows'
import { RequestTable } from '@/components/requests/request-table'
import { ChipLink } from '@/components/ui/chip'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { SkeletonTable } from '@/components/ui/skeleton'
import { listVisibleRequests } from '@/lib/data/visible-requests'
import { type Actor, may } from '@/lib/domain/access'
import { pageNow, requireActor } from '@/lib/web/session'
import './requests.css'

export const metadata: Metadata = { title: 'Requests' }

const HERE = '/requests'
const ROWS = 25

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const word = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '')

export default async function RequestsPage({ searchParams }: Props) {
  const { state, own, before } = await searchParams
  const query = { state: word(state), own: word(own) === '1', before: word(before) }
  const actor = await requireActor('request.see_own', listHref(HERE, query))
  return (
    <div className="wrap">
      <PageHead title="Requests" action={may(actor, 'request.file') ? <NewRequest /> : undefined}>
        Task request: one task’s worth of access for one agent, asked for by a named person.
      </PageHead>
      <Filters actor={actor} query={query} />
      <Suspense
        key={listHref(HERE, query)}
        fallback={<SkeletonTable caption="Loading requests" columns={REQUEST_COLUMNS} rows={8} />}
      >
        <Rows actor={actor} query={query} />
      </Suspense>
    </div>
  )
}

const NewRequest = () => (
  <LinkButton variant="primary" href="/requests/new">
    New request
  </LinkButton>
)

/** People who see others' requests can narrow the list to their own. */
function Filters({ actor, query }: { actor: Actor; query: ListQuery }) {
  const seesOthers = may(actor, 'request.see_all') || may(actor, 'request.see_groups')
  return (
    <nav className="row" aria-label="Filter requests">
      {LIST_FILTERS.map(({ key, label }) => (
        <ChipLink
          key={key}
          href={listHref(HERE, { ...query, state: key, before: '' })}
          on={query.state === key}
        >
          {label}
        </ChipLink>
      ))}
      {seesOthers ? (
        <ChipLink href={listHref(HERE, { ...query, own: !query.own, before: '' })} on={query.own}>
          Only mine
        </ChipLink>
      ) : null}
    </nav>
  )
}

async function Rows({ actor, query }: { actor: Actor; query: ListQuery }) {
  const now = await pageNow()
  const before = cursorFrom(query.before)
  const found = await listVisibleRequests(
    actor,
    { statuses: statusesOf(query.state), ...(query.own ? { own: true } : {}) },
    { now, take: ROWS + 1, ...(before ? { before } : {}) },
  )
  const requests = found.slice(0, ROWS)
  const last = requests.at(-1)
  if (!last) return <None actor={actor} query={query} />
  return (
    <>
      <RequestTable rows={requests.map((request) => requestRowOf(request, now))} now={now} />
      <p className="row">
        {before ? (
          <LinkButton small href={listHref(HERE, { ...query, before: '' })}>
            Newest
          </LinkButton>
        ) : null}
        {found.length > ROWS ? (
          <LinkButton small href={listHref(HERE, { ...query, before: cursorOf(last) })}>
            Older
          </LinkButton>
        ) : null}
      </p>
    </>
  )
}

function None({ actor, query }: { actor: Actor; query: ListQuery }) {
  const isNarrowed = query.state !== '' || query.own || query.before !== ''
  if (isNarrowed)
    return (
      <Empty title="No request is in this state." action={<LinkButton href={HERE}>Show all</LinkButton>}>
        The filter hides the others.
      </Empty>
    )
  return (
    <Empty
      title="No request was filed yet."
      action={may(actor, 'request.file') ? <LinkButton href="/requests/new">File one</LinkButton> : undefined}
    >
      A request asks for one task’s worth of access.
    </Empty>
  )
}
