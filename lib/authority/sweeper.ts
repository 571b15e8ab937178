import { randomUUID } from 'node:crypto'
import { endLeftOver } from '@/lib/usecases/sweep/end-left-over'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'

const EVERY_MS = 1000

/**
 * Writes down every second what time has decided, and what was decided by disabling a person. Any number of authorities may run it: a lease lets one do the
 * work. A sweep that fails is tried again with the next; nothing waits for it, because expiry is a fact of time.
 */
export function startSweeper(onFault: (fault: unknown) => void): { stop: () => Promise<void> } {
  const holder = `authority ${randomUUID()}`
  let sweeping: Promise<unknown> = Promise.resolve()
  let isSweeping = false
  const timer = setInterval(() => {
    if (isSweeping) return
    isSweeping = true
    sweeping = noteExpiries(holder)
      .then(() => endLeftOver(holder))
      .catch(onFault)
      .finally(() => {
        isSweeping = false
      })
  }, EVERY_MS)
  const stop = async () => {
    clearInterval(timer)
    await sweeping
  }
  return { stop }
}
