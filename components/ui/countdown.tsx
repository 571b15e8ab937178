'use client'

import { type CSSProperties, useState, useSyncExternalStore } from 'react'
import { countdownOf, isoDurationOf } from './time-words'

const tick = (listener: () => void) => {
  const timer = setInterval(listener, 1000)
  return () => clearInterval(timer)
}

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
  const [ahead] = useState(() => now - Date.now())
  const second = useSyncExternalStore(
    tick,
    () => Math.floor((Date.now() + ahead) / 1000),
    () => Math.floor(now / 1000),
  )
  const left = Math.max(0, until - second * 1000)
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
