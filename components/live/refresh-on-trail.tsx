'use client'

import { useRouter } from 'next/navigation'
import { startTransition, useEffect } from 'react'
import { onElapsed } from '@/components/ui/server-time'
import { isBusy, sayWhetherAttended, trackUse } from './busy'
import { isAnswering } from './is-answering'
import { onLive } from './live-link'

const SETTLE_MS = 300
const AT_MOST_EVERY_MS = 1000

/** Asks the server for the page again when the trail has moved, time has run out, or a lost link is back. */
export function RefreshOnTrail() {
  const router = useRouter()
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined
    let last = 0
    let wasLost = false
    let isOver = false
    const refresh = async () => {
      const isAnswered = await isAnswering()
      due = undefined
      if (isOver) return
      if (isBusy()) return soon(AT_MOST_EVERY_MS)
      // The link says when it is back.
      if (!isAnswered) wasLost = true
      if (!isAnswered) return
      last = Date.now()
      sayWhetherAttended()
      startTransition(() => router.refresh())
    }
    const soon = (ms: number) => {
      due ??= setTimeout(refresh, Math.max(ms, last + AT_MOST_EVERY_MS - Date.now()))
    }
    const stops = [
      trackUse(),
      onElapsed(() => soon(SETTLE_MS)),
      onLive((message) => {
        if (message.kind === 'trail') soon(SETTLE_MS)
        if (message.kind !== 'link') return
        if (wasLost && message.isUp) soon(SETTLE_MS)
        wasLost = !message.isUp
      }),
    ]
    return () => {
      isOver = true
      clearTimeout(due)
      for (const stop of stops) stop()
    }
  }, [router])
  return null
}
