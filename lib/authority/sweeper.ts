import { randomUUID } from 'node:crypto'
import { isDueOnceIn } from '@/lib/data/leases'
import { fileTrailWords } from '@/lib/data/trail-words'
import type { Settings } from '@/lib/domain/settings'
import { noteStoppedAgents } from '@/lib/usecases/agents/note-stopped-agents'
import { endLeftOver } from '@/lib/usecases/sweep/end-left-over'
import { forgetTold } from '@/lib/usecases/sweep/forget-told'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { noteStageMarks } from '@/lib/usecases/sweep/note-stage-marks'
import { sealAnew } from '@/lib/usecases/sweep/seal-anew'
import { tendSigningKeys } from '@/lib/usecases/sweep/tend-signing-keys'
import { everySecond } from './every-second'
import { inTurn } from './in-turn'

/**
 * Writes down every second what time has decided, and what was decided by disabling a person; it forgets what was told
 * long ago, and it has the signing keys take turns, what a former secret sealed be sealed anew, and the trail stay quick to
 * search. Any number of authorities may run
 * it: a lease lets one do the work. Nothing waits for it, because expiry is a fact of time.
 */
export function startSweeper(
  settings: Pick<Settings, 'secret' | 'secretOld'>,
  log: { fault: (fault: unknown) => void; sealedAnew: (count: number) => void },
): { stop: () => Promise<void> } {
  const holder = `authority ${randomUUID()}`
  const sealAll = async () => {
    const sealed = await sealAnew(settings)
    if (sealed) log.sealedAnew(sealed)
  }
  const fileWords = async () => {
    if (await isDueOnceIn('trail words', 1)) await fileTrailWords()
  }
  const steps = [
    () => noteExpiries(holder),
    () => noteStageMarks(holder),
    () => endLeftOver(holder),
    forgetTold,
    () => tendSigningKeys(settings.secret),
    sealAll,
    noteStoppedAgents,
    fileWords,
  ]
  return everySecond(() => inTurn(steps, log.fault), log.fault)
}
