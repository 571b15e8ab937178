import { link, mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

const Holder = z.object({ pid: z.int(), host: z.string(), born: z.string(), since: z.string() })
type Holder = z.infer<typeof Holder>
export type FolderLock = { release(): Promise<void> }

const ABANDONED_AFTER_MS = 5_000

/**
 * Takes the folder for this process. Two processes on one folder silently lose rows, so a second opener is
 * refused, by the name of the first; the lock of a process that is gone is taken over.
 */
export async function lockFolder(dir: string): Promise<FolderLock> {
  const path = join(dir, 'lock')
  const claim = `${path}.${process.pid}`
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    born: await bornAt(process.pid),
    since: new Date().toISOString(),
  }
  await writeFile(claim, JSON.stringify(mine), { mode: 0o600 })
  try {
    if (!(await linked(claim, path))) await takeOver(dir, path, claim)
  } finally {
    await rm(claim, { force: true })
  }
  return { release: () => release(path, mine) }
}

async function release(path: string, mine: Holder) {
  const holder = await readHolder(path)
  if (holder?.pid === mine.pid && holder.born === mine.born) await rm(path, { force: true })
}

/** link(2) puts the complete file in place or fails: nobody ever reads half a lock. */
async function linked(claim: string, path: string): Promise<boolean> {
  return link(claim, path).then(
    () => true,
    (error) => unless(error, 'EEXIST'),
  )
}

/** One process at a time decides whether the holder is gone, or two could each replace the other's lock. */
async function takeOver(dir: string, path: string, claim: string) {
  const guard = `${path}.takeover`
  while (!(await entered(guard))) await pause(50)
  try {
    const holder = await readHolder(path)
    if (holder && (await isAlive(holder))) throw new Error(refusal(dir, path, holder))
    await rename(claim, path)
  } finally {
    await rmdir(guard)
  }
}

async function entered(guard: string): Promise<boolean> {
  const made = await mkdir(guard).then(
    () => true,
    (error) => unless(error, 'EEXIST'),
  )
  if (made) return true
  const found = await stat(guard).catch(() => null)
  if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rmdir(guard).catch(() => {})
  return false
}

async function readHolder(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : Holder.parse(JSON.parse(text))
}

/** A process number is used again after a while; the time the process was born tells the two apart. */
async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return holder.born === '' || (await bornAt(holder.pid)) === holder.born
}

/** Linux tells a process's birth in clock ticks since boot (field 22); elsewhere the number alone decides. */
async function bornAt(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function refusal(dir: string, path: string, { pid, host, since }: Holder): string {
  if (host !== hostname()) {
    return `The database in ${dir} is open on the machine ${host} (process ${pid}, since ${since}). When that machine is gone, remove ${path}.`
  }
  return `The database in ${dir} is already open in process ${pid} (since ${since}). Stop that process first, or set COUNTERSIGN_DATA_DIR to another folder.`
}

function unless(error: unknown, code: string): false {
  if (codeOf(error) === code) return false
  throw error
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
