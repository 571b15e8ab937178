'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { onElapsed } from '@/components/ui/server-time'
import type { LiveFilter, LiveGrants } from '@/lib/domain/live-grant'
import { onLive } from './live-link'

/** What of the list is looked at: both stand in the URL. */
export type View = { filter: LiveFilter; before: string | null }

const SETTLE_MS = 300

export const addressOf = ({ filter, before }: View, path: string) => {
  const query = new URLSearchParams()
  if (filter !== 'all') query.set('show', filter)
  if (before) query.set('before', before)
  return query.size > 0 ? `${path}?${query}` : path
}

async function fetchGrants(view: View, signal: AbortSignal): Promise<LiveGrants> {
  const response = await fetch(addressOf(view, '/api/grants'), { signal, cache: 'no-store' })
  if (!response.ok) throw new Error(`The console answered ${response.status}.`)
  return response.json()
}

/** The grants of the page, asked for again when the trail moves or a countdown ends; whichever is newer counts. */
export function useLiveGrants(view: View, fromServer: LiveGrants) {
  const client = useQueryClient()
  const { data, isError } = useQuery({
    queryKey: ['grants'],
    queryFn: ({ signal }) => fetchGrants(view, signal),
    initialData: fromServer,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 2,
  })
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined
    const again = () => {
      due ??= setTimeout(() => {
        due = undefined
        void client.invalidateQueries()
      }, SETTLE_MS)
    }
    const stops = [
      onElapsed(again),
      onLive(({ kind }) => {
        if (kind === 'trail') again()
      }),
    ]
    return () => {
      clearTimeout(due)
      for (const stop of stops) stop()
    }
  }, [client])
  return { grants: data.now >= fromServer.now ? data : fromServer, isError }
}
