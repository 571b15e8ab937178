import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'

export type ChildCommand = { arguments: readonly string[]; env?: NodeJS.ProcessEnv; cwd?: string }

/**
 * Starts `node` with the arguments of `entry.ts`: own process group (a ctrl-C in the terminal reaches only
 * the supervisor, which stops its children in order), a pipe on descriptor 3 whose end tells the child that
 * its parent is gone, and a message channel on 4.
 */
export function spawnChild({
  arguments: args,
  env = process.env,
  cwd = process.cwd(),
}: ChildCommand): ChildProcess {
  return spawn(process.execPath, args, {
    cwd,
    env: { ...env, COUNTERSIGN_PARENT_PIPE: '3' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  })
}

/** Lets this process end while the child still runs (the child then ends by itself). */
export function letGo(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref()
}

/** Ends a child and everything it started. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Asks a child to stop and, past the time given, makes it. */
export async function stopChild(child: ChildProcess, withinMs: number): Promise<void> {
  if (hasEnded(child)) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), withinMs)
  await ended
  clearTimeout(timer)
}
