// Finds processes that a test run started and forgot: each inherits TEST_RUN_ID, whatever became of its parent.
import { readdirSync, readFileSync } from 'node:fs'

function belongs(pid, marker) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(marker)
  } catch {
    return false
  }
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 120)
  } catch {
    return ''
  }
}

/** Processes of this run that still live, ourselves left out. Empty where there is no /proc. */
export function findLeftovers(runId) {
  let pids = []
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
  return pids
    .map(Number)
    .filter((pid) => pid !== process.pid && belongs(pid, `TEST_RUN_ID=${runId}`))
    .map((pid) => ({ pid, command: commandOf(pid) }))
}

/** Gives them a moment to end by themselves, then ends them and returns those that did not. */
export async function endLeftovers(runId, graceMs = 20_000) {
  const deadline = Date.now() + graceMs
  let left = findLeftovers(runId)
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    left = findLeftovers(runId)
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return left
}
