'use client'

import { useQuery } from '@tanstack/react-query'
import type { LiveFilter, LiveGrants } from '@/lib/domain/live-grant'
import { useAskedAgain } from './use-asked-again'

/** What of the list is looked at: both stand in the URL. */
export type View = { filter: LiveFilter; before: string | null }

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
  const { data, isError } = useQuery({
    queryKey: ['grants'],
    queryFn: ({ signal }) => fetchGrants(view, signal),
    initialData: fromServer,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 2,
  })
  useAskedAgain()
  return { grants: data.now >= fromServer.now ? data : fromServer, isError }
}
