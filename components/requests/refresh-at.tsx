'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { sayWhetherAttended } from '@/components/live/busy'

const LONGEST_TIMER_MS = 2_000_000_000

/** Asks for the page again when time itself changes what it says. Both moments are of the server's clock. */
export function RefreshAt({ at, now }: { at: number; now: number }) {
  const router = useRouter()
  useEffect(() => {
    const left = at - now
    if (left <= 0 || left > LONGEST_TIMER_MS) return
    const timer = setTimeout(() => {
      sayWhetherAttended()
      router.refresh()
    }, left + 150)
    return () => clearTimeout(timer)
  }, [at, now, router])
  return null
}
