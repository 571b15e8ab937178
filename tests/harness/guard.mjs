// Runs one command in a process group of its own and ends the whole group when the command ends, when a
// signal arrives, or when whoever started us is gone: our standard input is that lifeline, so even a
// SIGKILL of the parent leaves nothing behind. The command itself gets no standard input.
//   node guard.mjs <command> [arguments]
//   GUARD_ACCOUNT=uid:gid  GUARD_STOP_SIGNAL=SIGTERM  GUARD_REMOVES=<temporary folder, deleted at the end>
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const GRACE_MS = 10_000
const [command, ...args] = process.argv.slice(2)
const { GUARD_ACCOUNT, GUARD_STOP_SIGNAL = 'SIGTERM', GUARD_REMOVES, ...env } = process.env
const [uid, gid] = (GUARD_ACCOUNT ?? '').split(':').map(Number)
const account = GUARD_ACCOUNT ? { uid, gid } : {}

const child = spawn(command, args, {
  env,
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit'],
  ...account,
})

function signalGroup(signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is already gone.
  }
}

let stopping = false
function stop() {
  if (stopping) return
  stopping = true
  signalGroup(GUARD_STOP_SIGNAL)
  setTimeout(() => signalGroup('SIGKILL'), GRACE_MS).unref()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume()

child.on('error', (error) => {
  console.error(`${command} did not start: ${error.message}`)
  process.exit(127)
})
child.on('exit', (code, signal) => {
  signalGroup('SIGKILL')
  // One that ended by itself left reasons to read: whoever started us is there to do that.
  if (GUARD_REMOVES && stopping) rmSync(GUARD_REMOVES, { recursive: true, force: true, maxRetries: 5 })
  process.exit(code ?? (signal ? 143 : 1))
})
