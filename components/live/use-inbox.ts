'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { idsOf, type LaidRow, layOut, newerOf, newRows, STAYS_MS } from '@/components/approvals/laid-rows'
import { useServerSecond } from '@/components/ui/server-time'
import { type Inbox, type InboxQuery, inboxHref } from '@/lib/domain/inbox'
import { useAskedAgain } from './use-asked-again'

async function fetchInbox(query: InboxQuery, shown: readonly LaidRow[], signal: AbortSignal): Promise<Inbox> {
  const address = new URL(inboxHref(query, '/api/approvals'), location.href)
  address.searchParams.set('shown', idsOf(shown).join(','))
  const response = await fetch(address, { signal, cache: 'no-store' })
  if (!response.ok) throw new Error(`The console answered ${response.status}.`)
  return response.json()
}

/** The inbox, asked for again when the trail moves; whichever is newer counts. */
function useFresh(query: InboxQuery, fromServer: Inbox, shown: () => readonly LaidRow[]) {
  const client = useQueryClient()
  const { data, isError } = useQuery({
    queryKey: ['inbox'],
    queryFn: ({ signal }) => fetchInbox(query, shown(), signal),
    initialData: fromServer,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 2,
  })
  useAskedAgain()
  const fresh = useMemo(() => newerOf(data, fromServer), [data, fromServer])
  return { fresh, isError, again: () => client.invalidateQueries() }
}

const isInDialog = () => typeof document !== 'undefined' && document.querySelector('dialog[open]') !== null

/** The rows of the page: nothing moves while somebody is at them, or in a dialog about them. */
export function useInbox(query: InboxQuery, fromServer: Inbox) {
  const laid = useRef<readonly LaidRow[]>([])
  const { fresh, isError, again } = useFresh(query, fromServer, () => laid.current)
  const [isHeld, setHeld] = useState(false)
  const [shown, setShown] = useState(() => ({ of: fromServer, rows: layOut([], fromServer, false) }))
  const now = useServerSecond(fresh.now) * 1000
  const isOver = shown.rows.some(({ gone }) => gone && now - gone.seen >= STAYS_MS)
  if (shown.of !== fresh) setShown({ of: fresh, rows: layOut(shown.rows, fresh, isHeld || isInDialog()) })
  else if (isOver && !isHeld && !isInDialog())
    setShown({
      of: fresh,
      rows: layOut(
        shown.rows.filter(({ gone }) => !gone || now - gone.seen < STAYS_MS),
        fresh,
        false,
      ),
    })
  useEffect(() => {
    laid.current = shown.rows
  }, [shown.rows])
  return {
    fresh,
    isError,
    now,
    rows: shown.rows,
    waiting: newRows(shown.rows, fresh).length,
    again,
    hold: (held: boolean) => {
      setHeld(held)
      if (!held) setShown({ of: fresh, rows: layOut(shown.rows, fresh, false) })
    },
    showNew: () => setShown({ of: fresh, rows: layOut([], fresh, false) }),
  }
}
