'use client'

import { useEffect } from 'react'
import { announceElapsed } from '@/components/ui/server-time'

const LONGEST_TIMER_MS = 2_000_000_000

/** Says that what the page shows is no longer so, when time itself changes it. Both moments are of the server's clock. */
export function RefreshAt({ at, now }: { at: number; now: number }) {
  useEffect(() => {
    const left = at - now
    if (left <= 0 || left > LONGEST_TIMER_MS) return
    const timer = setTimeout(announceElapsed, left + 150)
    return () => clearTimeout(timer)
  }, [at, now])
  return null
}
