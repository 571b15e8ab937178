import { setTimeout as pause } from 'node:timers/promises'
import { databaseAnswers } from './ready'

export type Watch = {
  url: string
  everyMs: number
  patienceMs: number
  onHang: () => void
  signal: AbortSignal
}

/**
 * Asks the embedded database a question again and again. A full disk, or a client that keeps a transaction
 * open, can hang it for good and its own process cannot notice: past the patience it is ended from outside.
 */
export async function watchDatabase({ url, everyMs, patienceMs, onHang, signal }: Watch): Promise<void> {
  let silentSince: number | null = null
  while (!signal.aborted) {
    if (await databaseAnswers(url, everyMs)) silentSince = null
    else silentSince ??= Date.now() - everyMs
    if (silentSince !== null && Date.now() - silentSince >= patienceMs) {
      onHang()
      silentSince = null
    }
    await pause(everyMs, undefined, { signal, ref: false }).catch(() => {})
  }
}
