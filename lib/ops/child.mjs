// Runs a script as a child that ends when its parent is gone: `child.mjs <script> [arguments]`.
// File descriptor 3 is a pipe the parent holds open. A worker watches it, so that a child whose own
// event loop hangs dies with its parent too. Nothing is asked of the script itself.
import { setDefaultResultOrder } from 'node:dns'
import { fstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

// `localhost` then means 127.0.0.1, which browsers try too, and both names answer on one socket.
setDefaultResultOrder('ipv4first')

if (process.env.COUNTERSIGN_PARENT_PIPE === '3' && fstatSync(3).isSocket()) {
  delete process.env.COUNTERSIGN_PARENT_PIPE
  const watch = new Worker(new URL('./parent-watch.mjs', import.meta.url), { execArgv: [] })
  watch.unref()
}

const script = resolve(process.argv[2] ?? '')
process.argv.splice(1, 2, script)
await import(pathToFileURL(script).href)
