// Runs one step of the build in its own process group, which ends when this process does.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StepFailed } from './say.mjs'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
const runner = fileURLToPath(new URL('../child.mjs', import.meta.url))
const GRACE_MS = 2_000
let current

/** Runs a Node script to its end; fails with everything it printed. */
export async function runStep(what, script, args, env = {}) {
  const child = spawn(process.execPath, [runner, script, ...args], {
    cwd: root,
    env: { ...process.env, ...env, COUNTERSIGN_PARENT_PIPE: '3' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => output.push(text))
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  current = { child, ended }
  const code = await ended
  current = undefined
  if (code !== 0) throw new StepFailed(`${what} failed (${code})`, Buffer.concat(output).toString())
}

/** Ends the step under way and everything it started. */
export async function stopStep() {
  if (!current) return
  const { child, ended } = current
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS)
  await ended
  clearTimeout(timer)
  signalGroup(child, 'SIGKILL')
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}
