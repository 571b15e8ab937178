'use client'

import { useState, useSyncExternalStore } from 'react'

/** How far the server's clock is ahead of this browser's, once somebody has told. */
let toldAhead: number | null = null

export const tellServerTime = (now: number) => {
  toldAhead = now - Date.now()
}

const ticking = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** One timer for all figures of the page, so that they change together. */
function onTick(listener: () => void) {
  ticking.add(listener)
  timer ??= setInterval(() => {
    for (const tell of ticking) tell()
  }, 1000)
  return () => {
    ticking.delete(listener)
    if (ticking.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The server's clock in whole seconds since 1970; `now` is what it was when the page was made. */
export function useServerSecond(now: number): number {
  const [ahead] = useState(() => now - Date.now())
  return useSyncExternalStore(
    onTick,
    () => Math.floor((Date.now() + (toldAhead ?? ahead)) / 1000),
    () => Math.floor(now / 1000),
  )
}

const waiting = new Set<() => void>()

/** Calls back when a countdown on the page has run out. */
export function onElapsed(listener: () => void) {
  waiting.add(listener)
  return () => {
    waiting.delete(listener)
  }
}

export const announceElapsed = () => {
  for (const tell of waiting) tell()
}
