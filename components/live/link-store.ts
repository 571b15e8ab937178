'use client'

import { useSyncExternalStore } from 'react'
import { type LiveMessage, onLive } from './live-link'

/** `at`: until when the page was kept up to date, by the server's clock, or null before the first beat. */
export type Link = { state: 'joining' | 'up' | 'lost'; at: number | null }

// The server beats every 3 seconds: whoever hears nothing for this long has no link, whatever the browser believes.
const SILENCE_MS = 10_000

const JOINING: Link = { state: 'joining', at: null }
const watchers = new Set<() => void>()
let link = JOINING
let lastBeat: number | null = null
let silence: ReturnType<typeof setTimeout> | undefined
let stop: (() => void) | undefined

function move(state: Link['state']) {
  if (link.state === state) return
  link = { state, at: lastBeat }
  for (const tell of watchers) tell()
}

function expectWord() {
  clearTimeout(silence)
  silence = setTimeout(() => move('lost'), SILENCE_MS)
}

function hear(message: LiveMessage) {
  expectWord()
  if (message.kind === 'beat') lastBeat = Date.parse(message.now)
  move(message.kind === 'link' && !message.isUp ? 'lost' : 'up')
}

function subscribe(tell: () => void) {
  watchers.add(tell)
  if (!stop) {
    stop = onLive(hear)
    expectWord()
  }
  return () => {
    watchers.delete(tell)
    if (watchers.size > 0) return
    stop?.()
    stop = undefined
    clearTimeout(silence)
    link = JOINING
  }
}

export const isLinkLost = () => link.state === 'lost'

/** Whether this page hears when something changes. */
export const useLink = (): Link =>
  useSyncExternalStore(
    subscribe,
    () => link,
    () => JOINING,
  )
