import { openLog } from '@/lib/serve/log'

// Ends in the turn in which it says its last line, with earlier ones still on their way.
const log = openLog('authority')
log.note('info', 'draining')
setTimeout(() => {
  for (let n = 0; n < 200; n += 1) log.note('info', 'request', { status: 200, ms: n })
  setImmediate(() => {
    log.note('info', 'drained', { cut: false })
    process.exit(0)
  })
}, 20)
