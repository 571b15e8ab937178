'use client'

import { useState, useSyncExternalStore } from 'react'
import { clockOf } from '@/components/ui/time-words'

const tick = (listener: () => void) => {
  const timer = setInterval(listener, 1000)
  return () => clearInterval(timer)
}

/** The server's clock, going on from the moment the page was made. */
export function ServerClock({ now }: { now: number }) {
  const [ahead] = useState(() => now - Date.now())
  const second = useSyncExternalStore(
    tick,
    () => Math.floor((Date.now() + ahead) / 1000),
    () => Math.floor(now / 1000),
  )
  const at = new Date(second * 1000)
  return <time dateTime={at.toISOString()}>{clockOf(at)} UTC</time>
}
