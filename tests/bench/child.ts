import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CROWD_FLAGS, childArguments, projectRoot, sourceArguments } from '@/lib/ops/entry'
import { hasEnded, stopChild } from '@/lib/ops/spawn-child'

/** A process of the benchmark. What it says goes to a file, so that reading it costs the measuring process nothing. */
export type Child = { process: ChildProcess; said: () => string; stop: () => Promise<void> }

type Start = { folder: string; name: string; env?: Readonly<Record<string, string>> }

function start(args: readonly string[], { folder, name, env = {} }: Start): Child {
  const path = join(folder, `${name}.log`)
  const log = openSync(path, 'a')
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env, COUNTERSIGN_PARENT_PIPE: '3' },
    stdio: ['ignore', log, log, 'pipe', 'ipc'],
  })
  closeSync(log)
  return {
    process: child,
    said: () => readFileSync(path, 'utf8').slice(-2000),
    stop: () => stopChild(child, 15_000),
  }
}

type ServerStart = Omit<Start, 'name'> & { file?: string }

/** A bundled server, as production runs it, or as a part of the benchmark has bundled it. */
export function startServer(name: string, { file, ...options }: ServerStart): Child {
  const bundle = file ?? join(projectRoot, 'dist', `${name}.mjs`)
  return start([...CROWD_FLAGS, ...childArguments(bundle)], { ...options, name })
}

/** A process written for the benchmark. */
export const startHelper = (script: string, options: Omit<Start, 'name'>): Child =>
  start(sourceArguments(join(projectRoot, 'tests/bench', script)), {
    ...options,
    name: script.replaceAll('/', '-'),
  })

/** Resolves when `isReady` says so; throws when the child ends first or takes longer than this. */
export async function untilReady(child: Child, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline && !hasEnded(child.process)) {
    if (await isReady().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`A process of the benchmark did not start.\n${child.said()}`)
}

/** The next message of a child. Throws when it ends instead. */
export function messageOf(child: Child): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`A process of the benchmark ended.\n${child.said()}`))
    child.process.once('exit', ended)
    child.process.once('message', (message) => {
      child.process.off('exit', ended)
      resolve(message)
    })
  })
}
