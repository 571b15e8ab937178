import type { Drain } from './drain'
import type { Log } from './log'

// A database that does not answer the goodbye holds nobody up: an orchestrator kills after 15 seconds and more.
const AT_LATEST_MS = 14_000

/** On SIGTERM or SIGINT: drain, close, end with code 0 within 15 seconds. Being told again changes nothing. */
export function leaveOnSignal(log: Log, drain: Drain, close: () => Promise<unknown>): void {
  const leave = async () => {
    setTimeout(() => process.exit(0), AT_LATEST_MS).unref()
    log.note('info', 'draining')
    const how = await drain()
    await close().catch((fault) => log.fault('fault', fault))
    log.note(how === 'drained' ? 'info' : 'warn', 'drained', { cut: how === 'cut' })
    process.exit(0)
  }
  let isLeaving = false
  const begin = () => {
    if (!isLeaving) void leave()
    isLeaving = true
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, begin)
}
