import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Linux counts processor time in hundredths of a second, whatever the kernel's own tick is.
const TICK_MS = 10

const STAT = /^(\d+) \(.*\) \S (\d+) (?:-?\d+ ){9}(\d+) (\d+) /

/** Processor time a process has used, or null where there is no /proc. */
function statOf(pid: number | string): { parent: number; cpuMs: number } | null {
  try {
    const [, , parent, user, system] = STAT.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { parent: Number(parent), cpuMs: (Number(user) + Number(system)) * TICK_MS }
  } catch {
    return null
  }
}

export const cpuOf = (pid: number | undefined): number => (pid === undefined ? 0 : (statOf(pid)?.cpuMs ?? 0))

/** The processes of a PostgreSQL server: its first and all that it started and that still run. */
export function processesOfPostgres(folder: string): number[] {
  const first = Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0])
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === first)
  return [first, ...others.map(Number)]
}

/** Processor time of all of them. */
export const cpuOfPostgres = (folder: string): number =>
  processesOfPostgres(folder).reduce((sum, pid) => sum + cpuOf(pid), 0)

/** Keeps processes, with all their threads and all they start from now on, to the first so many cores. */
export function keepToCores(count: number, pids: readonly (number | undefined)[]): void {
  const cores = count === 1 ? '0' : `0-${count - 1}`
  for (const pid of pids.filter((one) => one !== undefined))
    try {
      execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)])
    } catch (fault) {
      // One of the database's may have ended since they were counted.
      if (statOf(pid)) throw fault
    }
}

const wordsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Processor time of all processes that this one started, each counted under the first name its command line holds. */
export function cpuOfStarted(names: readonly string[]): Map<string, number> {
  const all = readdirSync('/proc').flatMap((pid) => {
    const stat = /^\d+$/.test(pid) ? statOf(pid) : null
    return stat ? [{ pid, ...stat }] : []
  })
  const started = new Set([process.pid])
  // A process has a greater number than the one that started it, but for the turn of the numbers.
  for (const { pid, parent } of all) if (started.has(parent)) started.add(Number(pid))
  started.delete(process.pid)
  const found = new Map<string, number>()
  for (const { pid, cpuMs } of all.filter((one) => started.has(Number(one.pid)))) {
    const words = wordsOf(pid)
    const name = names.find((one) => words.includes(one))
    if (name) found.set(name, (found.get(name) ?? 0) + cpuMs)
  }
  return found
}

const RSS = /^VmRSS:\s+(\d+) kB$/m

/** What a process holds in memory, in bytes. */
export function rssOf(pid: number | undefined): number {
  const [, kilobytes] = RSS.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
