'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { startTransition, useCallback, useRef, useState } from 'react'
import type { BulkActions } from '@/components/approvals/bulk-sign'
import { CrowdPart } from '@/components/approvals/crowd-part'
import { InboxHelp } from '@/components/approvals/inbox-help'
import type { InboxActions } from '@/components/approvals/inbox-row'
import { InboxTable } from '@/components/approvals/inbox-table'
import { InboxBulk, InboxFilters, type OwnGroup } from '@/components/approvals/inbox-tools'
import { useInboxKeys } from '@/components/approvals/use-inbox-keys'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { clockOf } from '@/components/ui/time-words'
import type { FormAction } from '@/components/ui/use-act'
import type { RequestId } from '@/lib/domain/ids'
import { type Inbox, type InboxQuery, inboxHref, WHOLE_INBOX } from '@/lib/domain/inbox'
import { useLink } from './link-store'
import { useInbox } from './use-inbox'

type Props = {
  fromServer: Inbox
  query: InboxQuery
  groups: readonly OwnGroup[]
  signer: string
  keysOn: boolean
  actions: InboxActions & BulkActions & { chooseKeys: FormAction<unknown> }
}

/** "Approvals": seeded by the server, kept fresh by the live link. */
export function InboxPage(props: Props) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } }),
  )
  return (
    <QueryClientProvider client={client}>
      <Live {...props} />
    </QueryClientProvider>
  )
}

function useTicked() {
  const [ticked, setTicked] = useState<ReadonlySet<RequestId>>(new Set())
  const toggle = useCallback(
    (id: RequestId) =>
      setTicked((now) => {
        const next = new Set(now)
        if (!next.delete(id)) next.add(id)
        return next
      }),
    [],
  )
  return { ticked, toggle, setTicked }
}

function Live({ fromServer, query, groups, signer, keysOn, actions }: Props) {
  const router = useRouter()
  const { fresh, isError, now, rows, waiting, again, hold, showNew } = useInbox(query, fromServer)
  const { ticked, toggle, setTicked } = useTicked()
  const [isOn, setOn] = useState(keysOn)
  const help = useRef<HTMLDialogElement>(null)
  const showHelp = useCallback(() => help.current?.showModal(), [])
  const current = useInboxKeys({ isOn, rows, onToggle: toggle, onHelp: showHelp })
  // What was ticked and is over stays in a dialog that is open, and is signed by nothing.
  const selected = rows.filter(({ row }) => ticked.has(row.id))
  const signed = () => {
    void again()
    startTransition(() => router.refresh())
  }
  return (
    <>
      <div className="row spread">
        <InboxFilters query={query} groups={groups} />
        <InboxHelp isOn={isOn} choose={actions.chooseKeys} onChosen={setOn} dialog={help} onOpen={showHelp} />
      </div>
      <LostLink isError={isError} now={fresh.now} />
      {rows.length > 0 ? (
        <InboxBulk
          rows={rows}
          selected={selected}
          actions={actions}
          now={now}
          onSelect={(some) => setTicked(new Set(some.map(({ row }) => row.id)))}
          onSigned={signed}
        />
      ) : null}
      {waiting > 0 ? (
        <p>
          <Button small onClick={showNew}>
            {waiting} new
          </Button>
        </p>
      ) : null}
      {rows.length > 0 ? (
        <InboxTable
          rows={rows}
          now={now}
          signer={signer}
          actions={actions}
          ticked={ticked}
          onToggle={toggle}
          current={isOn ? current : null}
          onHold={hold}
        />
      ) : fresh.crowds.length === 0 && waiting === 0 ? (
        <Nothing query={query} groups={groups} />
      ) : null}
      <Pages query={query} next={fresh.next} />
      {query.after
        ? null
        : fresh.crowds.map((crowd) => <CrowdPart key={crowd.agent} crowd={crowd} query={query} />)}
    </>
  )
}

function LostLink({ isError, now }: { isError: boolean; now: number }) {
  const { state, at } = useLink()
  if (state !== 'lost' && !isError) return null
  const shown = clockOf(new Date(Math.max(now, isError ? 0 : (at ?? 0))))
  return (
    <Callout tone="wait" title={`Live link lost. The list is of ${shown} UTC.`} role="status">
      What changed since is refused when you sign.
    </Callout>
  )
}

function Pages({ query, next }: { query: InboxQuery; next: string | null }) {
  if (!query.after && !next) return null
  return (
    <p className="row">
      {query.after ? (
        <LinkButton small href={inboxHref({ ...query, after: '' })}>
          Riskiest first
        </LinkButton>
      ) : null}
      {next ? (
        <LinkButton small href={inboxHref({ ...query, after: next })}>
          More to decide
        </LinkButton>
      ) : null}
    </p>
  )
}

function Nothing({ query, groups }: { query: InboxQuery; groups: readonly OwnGroup[] }) {
  if (inboxHref(query) !== inboxHref(WHOLE_INBOX))
    return (
      <Empty title="Nothing of this kind waits." action={<LinkButton href="/approvals">Show all</LinkButton>}>
        The filter stands in the address of this page.
      </Empty>
    )
  const names = groups.length > 0 ? groups.map(({ name }) => name).join(' or ') : 'your groups'
  return (
    <Empty
      title="Nothing waits for your signature."
      action={<LinkButton href="/requests?state=awaiting">See what waits for others</LinkButton>}
    >
      What policy holds for {names} appears here.
    </Empty>
  )
}
