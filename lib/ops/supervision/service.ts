import type { ChildProcess } from 'node:child_process'
import { GIVE_UP } from '../exit-codes'
import { type ChildCommand, hasEnded, killGroup, spawnChild, stopChild } from '../spawn-child'
import type { Say } from './say'

export type Service = {
  name: string
  command: ChildCommand
  /** The rest goes on without it, and an end with code 0 was meant (a demo server stopped on its page). */
  optional?: boolean
  drainMs?: number
}

export type Watcher = {
  say: Say
  /** Called once when starting the service again is of no use. */
  onGivenUp: (service: Service, why: string) => void
}

export type Running = { service: Service; kill(): void; stop(withinMs: number): Promise<void> }

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 900
const MOST_CRASHES = 6
const WITHIN_MS = 60_000

/** How long to wait before the next start, or null when it has crashed too often lately. */
export function nextDelay(crashes: readonly number[], now: number): number | null {
  const recent = crashes.filter((at) => now - at < WITHIN_MS).length
  if (recent >= MOST_CRASHES) return null
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(recent - 1, 0), LONGEST_DELAY_MS)
}

/** Keeps a service running: one that crashed is running again within a second. */
export function keepRunning(service: Service, { say, onGivenUp }: Watcher): Running {
  let child: ChildProcess
  let stopping = false
  let waiting: NodeJS.Timeout | undefined
  const crashes: number[] = []

  const start = () => {
    child = spawnChild(service.command)
    say.output(service.name, child)
    child.once('exit', (code, signal) => ended(code, signal))
  }
  const ended = (code: number | null, signal: NodeJS.Signals | null) => {
    killGroup(child, 'SIGKILL')
    if (stopping) return
    if (code === 0 && service.optional) return say.line(service.name, 'stopped on purpose and stays stopped')
    if (code === GIVE_UP) return onGivenUp(service, `${service.name} cannot start.`)
    crashes.push(Date.now())
    const delay = nextDelay(crashes, Date.now())
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
    if (delay === null)
      return onGivenUp(service, `${service.name} ${how} ${MOST_CRASHES} times within a minute.`)
    say.line(service.name, `${how} and starts again`)
    waiting = setTimeout(start, delay)
  }

  start()
  return {
    service,
    kill: () => killGroup(child, 'SIGKILL'),
    stop: async (withinMs) => {
      stopping = true
      clearTimeout(waiting)
      if (!hasEnded(child)) await stopChild(child, Math.min(withinMs, service.drainMs ?? withinMs))
    },
  }
}

/** Runs a child to its end and fails unless it ended well. `stop` ends it early. */
export function runOnce(service: Service, say: Say): { done: Promise<void>; stop: Running['stop'] } {
  const child = spawnChild(service.command)
  say.output(service.name, child)
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      killGroup(child, 'SIGKILL')
      if (code === 0) resolve()
      else reject(new Error(`${service.name} failed (${signal ?? `code ${code}`}). Its words are above.`))
    })
  })
  return { done, stop: (withinMs) => stopChild(child, withinMs) }
}
