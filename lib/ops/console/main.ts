import { createServer, type RequestListener } from 'node:http'
import next from 'next'
import { onCommitted } from '@/lib/data/committed'
import { closeDatabase, connectionFigures } from '@/lib/data/database'
import { startPulse } from '@/lib/data/pulse'
import { findTrailHead } from '@/lib/data/trail-head'
import { readSettings } from '@/lib/domain/settings'
import { drainable } from '@/lib/serve/drain'
import { HTTPS_ONLY, httpsOnly } from '@/lib/serve/https-only'
import { leaveOnSignal } from '@/lib/serve/leave'
import { openLog } from '@/lib/serve/log'
import { openMetrics } from '@/lib/serve/metrics'
import { listenForMetrics } from '@/lib/serve/metrics-listener'
import { plain } from '@/lib/serve/plain'
import { logWholeProcess } from '@/lib/serve/process-log'
import { answerAway } from './away'
import { answerTooLarge } from './body-limit'
import { showReferenceAsDigest } from './error-digest'
import { answerHealth } from './health'
import { startNotifier } from './notifier'
import { watchRequests } from './requests'
import { readRoutes } from './routes'

const LOOPBACK = '127.0.0.1'

const log = openLog('console')
logWholeProcess(log)
showReferenceAsDigest()

/** Serves the built console: Next answers, and this process listens, logs, measures and leaves. */
async function main(): Promise<void> {
  const { consoleUrl, consolePort: port, metricsPort, secret, bind } = readSettings(process.env)
  // child.mjs makes `localhost` mean 127.0.0.1, which browsers try too.
  const host = bind === LOOPBACK ? 'localhost' : bind
  await startPulse().first
  const routeOf = await readRoutes(process.env.NEXT_DIST_DIR ?? '.next')
  const metrics = openMetrics('console', { readTrailHead: findTrailHead, readConnections: connectionFigures })
  onCommitted(metrics.committed)
  const pages = next({ dev: false, hostname: host, port })
  await pages.prepare()
  const answerPage = pages.getRequestHandler()
  const only = httpsOnly(consoleUrl)
  const answer: RequestListener = async (request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (only) response.setHeader(HTTPS_ONLY, only)
    if (await answerHealth(request, response, { secret, log })) return
    if (answerTooLarge(request, response)) return
    if (!answerAway(request, response)) await answerPage(request, response)
  }
  const server = createServer(watchRequests({ log, metrics, routeOf }, answer))
  const drain = drainable(server)
  if (metricsPort !== null) await listenForMetrics(metrics, metricsPort)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  log.note('info', 'listening', { url: plain(consoleUrl), port })
  const notifier = startNotifier((error) => log.fault('notices', error))
  leaveOnSignal(log, drain, () =>
    Promise.all([pages.close(), notifier.stop().finally(() => closeDatabase())]),
  )
}

main().catch((error) => {
  log.fault('did not start', error)
  process.exit(1)
})
