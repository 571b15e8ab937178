import { randomUUID } from 'node:crypto'
import { isDueOnceIn } from '@/lib/data/leases'
import { fileTrailWords } from '@/lib/data/trail-words'
import { noteStoppedAgents } from '@/lib/usecases/agents/note-stopped-agents'
import { endLeftOver } from '@/lib/usecases/sweep/end-left-over'
import { forgetTold } from '@/lib/usecases/sweep/forget-told'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { noteStageMarks } from '@/lib/usecases/sweep/note-stage-marks'
import { tendSigningKeys } from '@/lib/usecases/sweep/tend-signing-keys'
import { everySecond } from './every-second'

/**
 * Writes down every second what time has decided, and what was decided by disabling a person; it forgets what was told
 * long ago, and it has the signing keys take turns and the trail stay quick to search. Any number of authorities may run
 * it: a lease lets one do the work. Nothing waits for it, because expiry is a fact of time.
 */
export function startSweeper(
  secret: string,
  onFault: (fault: unknown) => void,
): { stop: () => Promise<void> } {
  const holder = `authority ${randomUUID()}`
  const sweep = async () => {
    await noteExpiries(holder)
    await noteStageMarks(holder)
    await endLeftOver(holder)
    await forgetTold()
    await tendSigningKeys(secret)
    await noteStoppedAgents()
    if (await isDueOnceIn('trail words', 1)) await fileTrailWords()
  }
  return everySecond(sweep, onFault)
}
