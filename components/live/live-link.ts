'use client'

import { tellServerTime } from '@/components/ui/server-time'

/** What the live link tells every tab: the trail moved, the server's clock, or that the link is up or lost. */
export type LiveMessage =
  | { kind: 'trail'; nextLeaf: number }
  | { kind: 'beat'; now: string }
  | { kind: 'link'; isUp: boolean }

type Listener = (message: LiveMessage) => void

// A browser opens six connections per host over HTTP/1.1: one tab holds the stream and shares it with the others.
const LOCK = 'countersign-live'
const listeners = new Set<Listener>()
let started = false

function hear(message: LiveMessage) {
  if (message.kind === 'beat') tellServerTime(Date.parse(message.now))
  for (const tell of listeners) tell(message)
}

function share(channel: BroadcastChannel, message: LiveMessage) {
  channel.postMessage(message)
  hear(message)
}

/** Holds the stream until it ends for good: EventSource itself tries again after a loss. */
function holdStream(channel: BroadcastChannel): Promise<void> {
  return new Promise((release) => {
    const source = new EventSource('/api/live')
    source.onopen = () => share(channel, { kind: 'link', isUp: true })
    source.onerror = () => {
      share(channel, { kind: 'link', isUp: false })
      if (source.readyState === EventSource.CLOSED) setTimeout(release, 4000)
    }
    source.addEventListener('trail', ({ data }) => share(channel, { kind: 'trail', ...JSON.parse(data) }))
    source.addEventListener('beat', ({ data }) => {
      share(channel, { kind: 'link', isUp: true })
      share(channel, { kind: 'beat', ...JSON.parse(data) })
    })
  })
}

function start() {
  started = true
  const channel = new BroadcastChannel(LOCK)
  channel.onmessage = ({ data }: MessageEvent<LiveMessage>) => hear(data)
  const lead = async (): Promise<void> => {
    await navigator.locks.request(LOCK, () => holdStream(channel))
    return lead()
  }
  void lead()
}

/** Listens to the live link. The first listener of a browser opens the one stream. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  if (!started) start()
  return () => {
    listeners.delete(listener)
  }
}
