// A console of toys, led as the real one is: `crowd.ts <port> <metrics port> <processes> [broken]`.
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { leadProcesses } from '@/lib/ops/console/lead'
import { environmentOf } from '@/lib/ops/console/places'
import { drainable } from '@/lib/serve/drain'
import { onDrain } from '@/lib/serve/draining'
import { leaveOnSignal } from '@/lib/serve/leave'
import { openLog } from '@/lib/serve/log'
import { openMetrics } from '@/lib/serve/metrics'
import { listenForMetrics } from '@/lib/serve/metrics-listener'
import { openSharedMetrics } from '@/lib/serve/shared-metrics'

const [port, metricsPort, processes, habit] = process.argv.slice(2)
const log = openLog('console')

async function lead(count: number): Promise<void> {
  await listenForMetrics(openSharedMetrics(), Number(metricsPort))
  leadProcesses({
    ...{ count, log, environmentOf: (place) => environmentOf(place, count, 16) },
    command: { script: fileURLToPath(import.meta.url), arguments: process.argv.slice(2) },
  })
}

/** Says who answers; what asks for `/hold` is answered when the process is told to leave. */
function serve(): void {
  const metrics = openMetrics('console', {
    readTrailHead: async () => 7,
    readConnections: () => ({ open: 2, idle: 1, waiting: 0 }),
  })
  metrics.share()
  const who = { pid: process.pid, place: process.env.COUNTERSIGN_CONSOLE_PLACE }
  const server = createServer(({ url }, response) => {
    metrics.answered({ route: '/', status: 200, seconds: 0.01 })
    if (url !== '/hold') return void response.end(JSON.stringify(who))
    response.flushHeaders()
    onDrain(() => response.end(JSON.stringify(who)))
  })
  leaveOnSignal(log, drainable(server), async () => {})
  server.listen(Number(port), '127.0.0.1', () => log.note('info', 'listening'))
}

if (habit === 'broken' && cluster.isWorker) process.exit(3)
if (cluster.isPrimary) await lead(Number(processes))
else serve()
