// Worker of child.mjs: when the parent's end of the pipe closes, asks this process to stop, then makes it.
import { Socket } from 'node:net'

const GRACE_MS = 3_000
const pipe = new Socket({ fd: 3, readable: true, writable: false })

function end() {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(killGroup, GRACE_MS)
}

/** The supervisor starts every child as leader of its own group, so this takes grandchildren along. */
function killGroup() {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } catch {
    process.kill(process.pid, 'SIGKILL')
  }
}

pipe.once('close', end)
pipe.on('error', () => {})
pipe.resume()
