import { randomUUID } from 'node:crypto'
import { databaseNow } from '@/lib/data/clock'
import { follow } from '@/lib/signals/follow'
import { deliverDue } from '@/lib/usecases/notices/deliver-due'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { trailWatch } from '@/lib/web/trail-watch'

const EVERY_MS = 1000
// A busy trail moves many times a second: who is told hears it a quarter of a second later, and pages are quicker.
const REST_MS = 250

/**
 * Tells people what happened: follows the trail, woken when it moves, and sends what is due. Any number of consoles
 * may run it: leases let one do the work.
 */
export function startNotifier(onFault: (fault: unknown) => void): { stop: () => Promise<void> } {
  const holder = `console ${randomUUID()}`
  const subscribe = (onMove: () => void) => trailWatch().subscribe(onMove)
  const works = [() => noteNotices(holder), async () => deliverDue(holder, await databaseNow())]
  const following = works.map((work) =>
    follow({ subscribe, work, onFault, everyMs: EVERY_MS, restMs: REST_MS }),
  )
  const stop = async () => {
    await Promise.all(following.map((one) => one.stop()))
  }
  return { stop }
}
