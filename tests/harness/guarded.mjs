import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const GUARD = fileURLToPath(new URL('./guard.mjs', import.meta.url))

/**
 * Starts a command behind the guard: it has no standard input, and its whole process group ends with us.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'inherit' | 'pipe' | number,
 *   account?: { uid: number, gid: number }, stopSignal?: NodeJS.Signals, removes?: string }} [options]
 */
export function startGuarded(command, args, options = {}) {
  const { cwd, env = process.env, output = 'inherit', account, stopSignal, removes } = options
  const guardEnv = { ...env }
  if (account) guardEnv.GUARD_ACCOUNT = `${account.uid}:${account.gid}`
  if (stopSignal) guardEnv.GUARD_STOP_SIGNAL = stopSignal
  if (removes) guardEnv.GUARD_REMOVES = removes
  const child = spawn(process.execPath, [GUARD, command, ...args], {
    cwd,
    env: guardEnv,
    detached: true,
    stdio: ['pipe', output, output],
  })
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  const stop = () => {
    child.stdin?.end()
    return ended
  }
  child.stdin?.on('error', () => undefined)
  return { child, ended, stop }
}
