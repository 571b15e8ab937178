import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Fields, Log } from '@/lib/serve/log'
import { plain } from '@/lib/serve/plain'
import { nextDelay } from '../supervision/service'

/** The processes themselves end within 14 seconds; what hangs then is ended. */
const AT_LATEST_MS = 14_500

export type Led = {
  count: number
  /** What each process runs: a script with its arguments. */
  command: { script: string; arguments: readonly string[] }
  environmentOf: (place: number) => Readonly<Record<string, string>>
  log: Log
}

/**
 * Keeps several processes that share one port, and itself answers nobody. One that ends is started anew within a second or so;
 * told to end, it tells all of them and ends when they have.
 */
export function leadProcesses({ count, command, environmentOf, log }: Led): void {
  // Each takes its connections from the port itself: one that is killed takes along only what it had taken.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    exec: command.script,
    args: [...command.arguments],
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'],
  })
  const running = new Set<Worker>()
  const crashes: number[] = []
  let isLeaving = false

  const start = (place: number) => {
    if (isLeaving) return
    const worker = cluster.fork({ ...environmentOf(place), COUNTERSIGN_PARENT_PIPE: '3' })
    running.add(worker)
    worker.on('error', (fault) => log.fault('process ended', fault))
    worker.once('exit', (code, signal) => {
      running.delete(worker)
      const how = signal ? { signal: plain(signal) } : { code }
      if (!isLeaving) replace(place, { ended: worker.process.pid ?? 0, ...how })
    })
  }
  const replace = (place: number, how: Fields) => {
    crashes.push(Date.now())
    const delay = nextDelay(crashes, Date.now())
    log.note('error', 'process ended', { ...how, replaced: delay !== null })
    if (delay === null) void leave(1)
    else setTimeout(start, delay, place)
  }
  const leave = async (code: number) => {
    if (isLeaving) return
    isLeaving = true
    const gone = [...running].map((worker) => once(worker, 'exit'))
    const tell = (signal: NodeJS.Signals) => {
      for (const worker of running) worker.process.kill(signal)
    }
    tell('SIGTERM')
    setTimeout(tell, AT_LATEST_MS, 'SIGKILL').unref()
    await Promise.all(gone)
    process.exit(code)
  }

  for (let place = 1; place <= count; place += 1) start(place)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(0))
}
