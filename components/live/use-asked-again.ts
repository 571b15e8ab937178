'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { onElapsed } from '@/components/ui/server-time'
import { onLive } from './live-link'

const SETTLE_MS = 300

/** What the page shows is asked for again when the trail moves or a countdown ends: once, however much happens. */
export function useAskedAgain(): void {
  const client = useQueryClient()
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
}
