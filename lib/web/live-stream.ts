import type { SignInId } from '@/lib/domain/ids'
import { onDrain } from '@/lib/serve/draining'
import { findLiveSignIn } from '@/lib/usecases/facts/live-sign-in'
import { trailWatch } from './trail-watch'

const BEAT_MS = 3000

/**
 * Server-sent events for one browser: `trail` when the head moved, `beat` with the server's clock otherwise. Says
 * nothing about what happened: pages fetch that under their own rights. Ends within one beat of the sign-in's end.
 */
export function liveStream(signInId: SignInId, signal: AbortSignal): ReadableStream<Uint8Array> {
  let close = () => {}
  let catchUp = () => {}
  return new ReadableStream({
    start(controller) {
      let isOpen = true
      let stayUntilDrained = () => {}
      const words = lastWords(controller)
      catchUp = words.catchUp
      // A question that was under way when the browser left is answered to nobody.
      const send = (event: string, data: object) => {
        if (isOpen) words.send(event, data)
      }
      const unsubscribe = trailWatch().subscribe((nextLeaf) => send('trail', { nextLeaf }))
      const beat = async () => {
        const found = await findLiveSignIn(signInId)
        if (found) send('beat', { now: found.now.toISOString() })
        else close()
      }
      // A database that is away for a moment ends nobody's stream: the browser hears nothing and says so.
      const tryBeat = () => void beat().catch(() => {})
      const timer = setInterval(tryBeat, BEAT_MS)
      close = () => {
        if (!isOpen) return
        isOpen = false
        clearInterval(timer)
        unsubscribe()
        stayUntilDrained()
        try {
          controller.close()
        } catch {
          // The browser closed it first.
        }
      }
      signal.addEventListener('abort', () => close())
      // A process that is told to end waits for every answer, and this one has no end of its own.
      stayUntilDrained = onDrain(() => close())
      tryBeat()
    },
    pull: () => catchUp(),
    cancel: () => close(),
  })
}

/** Of what a browser does not read, the last of each kind is kept for it and no more: earlier ones say nothing new. */
function lastWords(controller: ReadableStreamDefaultController<Uint8Array>) {
  const text = new TextEncoder()
  const owed = new Map<string, object>()
  const catchUp = () => {
    for (const [event, data] of owed)
      controller.enqueue(text.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
    owed.clear()
  }
  const send = (event: string, data: object) => {
    owed.set(event, data)
    if ((controller.desiredSize ?? 0) > 0) catchUp()
  }
  return { send, catchUp }
}
