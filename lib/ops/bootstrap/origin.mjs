// npm runs a script through a shell, and a signal sent to npm ends both without reaching the script.
import { readFileSync } from 'node:fs'

const LOOK_EVERY_MS = 500

/** Ends this process the ordinary way (SIGTERM to itself) when the npm that started it is gone. */
export function endWithNpm(env = process.env) {
  if (!env.npm_lifecycle_event) return
  const origin = ancestry()
  const timer = setInterval(() => {
    if (ancestry() === origin) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS)
  timer.unref()
}

/** The parent and, where the system tells, the parent's parent: the shell outlives a killed npm. */
function ancestry() {
  return `${process.ppid} ${parentOf(process.ppid)}`
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  } catch {
    return ''
  }
}
