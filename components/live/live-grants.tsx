'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { clockOf } from '@/components/ui/time-words'
import type { FormAction } from '@/components/ui/use-act'
import type { GrantId } from '@/lib/domain/ids'
import type { LiveGrant, LiveGrants } from '@/lib/domain/live-grant'
import { GrantTable } from './grant-table'
import { GrantTools } from './grant-tools'
import { useLink } from './link-store'
import { addressOf, useLiveGrants, type View } from './use-live-grants'

type Props = {
  fromServer: LiveGrants
  view: View
  revoke: FormAction<unknown>
  revokeSelected: FormAction<unknown>
}

/** "Live grants": seeded by the server, kept fresh by the live link. */
export function LiveGrantsPage(props: Props) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } }),
  )
  return (
    <QueryClientProvider client={client}>
      <Live {...props} />
    </QueryClientProvider>
  )
}

/** Rows keep their places while the pointer is over them; what is new waits. */
function useHeldRows(rows: readonly LiveGrant[]) {
  const [held, setHeld] = useState<readonly LiveGrant[] | null>(null)
  const latest = new Map(rows.map((row) => [row.id, row]))
  const known = new Set(held?.map(({ id }) => id))
  return {
    shown: held ? held.map((row) => latest.get(row.id) ?? row) : rows,
    waiting: held ? rows.filter(({ id }) => !known.has(id)).length : 0,
    hold: () => setHeld((now) => now ?? rows),
    release: () => setHeld(null),
  }
}

function Live({ fromServer, view, revoke, revokeSelected }: Props) {
  const { grants, isError } = useLiveGrants(view, fromServer)
  const { shown, waiting, hold, release } = useHeldRows(grants.rows)
  const [ticked, setTicked] = useState<ReadonlySet<GrantId>>(new Set())
  const selected = shown.filter(({ id, mayRevoke }) => mayRevoke && ticked.has(id)).map(({ id }) => id)
  const { all } = grants.counts
  return (
    <div className="wrap">
      <PageHead title="Live grants">
        {`Grant: the permission a request became. ${all === 1 ? '1 is live.' : `${all} are live.`}`}
      </PageHead>
      <LostLink isError={isError} now={grants.now} />
      <GrantTools
        view={view}
        counts={grants.counts}
        selected={selected}
        selectable={shown.filter(({ mayRevoke }) => mayRevoke).map(({ id }) => id)}
        onSelect={(ids) => setTicked(new Set(ids))}
        revoke={revokeSelected}
      />
      {waiting > 0 ? (
        <p>
          <Button small onClick={release}>
            {waiting} new
          </Button>
        </p>
      ) : null}
      {shown.length > 0 ? (
        <GrantTable
          rows={shown}
          now={grants.now}
          revoke={revoke}
          ticked={ticked}
          onTick={setTicked}
          onPointerEnter={hold}
          onPointerLeave={release}
        />
      ) : (
        <NoGrants view={view} />
      )}
      {grants.next ? (
        <p>
          <LinkButton href={addressOf({ ...view, before: grants.next }, '/grants')}>Older grants</LinkButton>
        </p>
      ) : null}
    </div>
  )
}

function LostLink({ isError, now }: { isError: boolean; now: number }) {
  const { state, at } = useLink()
  if (state !== 'lost' && !isError) return null
  const figures = clockOf(new Date(Math.max(now, isError ? 0 : (at ?? 0))))
  return (
    <Callout tone="wait" title={`Live link lost. The figures are of ${figures} UTC.`} role="status">
      Revoking still works.
    </Callout>
  )
}

function NoGrants({ view: { filter, before } }: { view: View }) {
  if (filter !== 'all' || before)
    return (
      <Empty title="No live grant matches." action={<LinkButton href="/grants">Show all</LinkButton>}>
        The filter stands in the address of this page.
      </Empty>
    )
  return (
    <Empty title="Nothing is live." action={<LinkButton href="/requests">Requests</LinkButton>}>
      A grant appears here when policy allows a request at once or its last signature is given.
    </Empty>
  )
}
