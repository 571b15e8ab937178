'use client'

import { useQuery } from '@tanstack/react-query'
import type { Notices } from '@/lib/domain/notice'
import { useAskedAgain } from './use-asked-again'

// The trail moved and what it tells is not written yet: asked again until it is.
const LAG_MS = 1000

async function fetchNotices(signal: AbortSignal): Promise<Notices> {
  const response = await fetch('/api/notices', { signal, cache: 'no-store' })
  if (!response.ok) throw new Error(`The console answered ${response.status}.`)
  return response.json()
}

/** One's own notices, asked for again when the trail moves; whichever is newer counts. */
export function useNotices(fromServer: Notices): Notices {
  const { data } = useQuery({
    queryKey: ['notices'],
    queryFn: ({ signal }) => fetchNotices(signal),
    initialData: fromServer,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 2,
    refetchInterval: ({ state }) => (state.data?.isCaughtUp === false ? LAG_MS : false),
  })
  useAskedAgain()
  return data.now >= fromServer.now ? data : fromServer
}
