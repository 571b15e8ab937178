'use client'

import { type CSSProperties, useEffect } from 'react'
import { announceElapsed, useServerSecond } from './server-time'
import { countdownOf, isoDurationOf } from './time-words'

type Props = {
  /** Milliseconds since 1970, by the server's clock. */
  from: number
  until: number
  /** The server's clock when the page was made: the browser's own may be wrong, so only its progress counts. */
  now: number
  /** Below this the figures turn to the waiting tone. */
  shortMs?: number
}

/** Figures first, tape second. */
export function Countdown({ from, until, now, shortMs = 5 * 60_000 }: Props) {
  const second = useServerSecond(now)
  // Whole seconds begin before now: never more than there was.
  const left = Math.max(0, Math.min(until - from, until - second * 1000))
  const isOver = left === 0
  const wasOver = until <= now
  // What the page shows is no longer so: whoever keeps it fresh asks the server again.
  useEffect(() => {
    if (isOver && !wasOver) announceElapsed()
  }, [isOver, wasOver])
  const share = until > from ? Math.min(1, left / (until - from)) : 0
  return (
    <time
      className={left < shortMs ? 'countdown is-short' : 'countdown'}
      dateTime={isoDurationOf(left)}
      style={{ '--left': share.toFixed(4) } as CSSProperties}
    >
      {countdownOf(left)}
    </time>
  )
}
