'use client'

import { useServerSecond } from '@/components/ui/server-time'
import { clockOf } from '@/components/ui/time-words'

/** The server's clock, going on from the moment the page was made. */
export function ServerClock({ now }: { now: number }) {
  const at = new Date(useServerSecond(now) * 1000)
  return <time dateTime={at.toISOString()}>{clockOf(at)} UTC</time>
}
