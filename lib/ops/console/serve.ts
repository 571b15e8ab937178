import cluster from 'node:cluster'
import { createServer, type RequestListener } from 'node:http'
import next from 'next'
import { onCommitted } from '@/lib/data/committed'
import { closeDatabase, connectionFigures } from '@/lib/data/database'
import { startPulse } from '@/lib/data/pulse'
import { findTrailHead } from '@/lib/data/trail-head'
import type { Settings } from '@/lib/domain/settings'
import { drainable } from '@/lib/serve/drain'
import { gather } from '@/lib/serve/gather'
import { hearAllHeaders } from '@/lib/serve/hear-all-headers'
import { HTTPS_ONLY, httpsOnly } from '@/lib/serve/https-only'
import { keepIdle } from '@/lib/serve/keep-idle'
import { leaveOnSignal } from '@/lib/serve/leave'
import type { Log } from '@/lib/serve/log'
import { openMetrics } from '@/lib/serve/metrics'
import { listenForMetrics } from '@/lib/serve/metrics-listener'
import { plain } from '@/lib/serve/plain'
import { answerAway } from './away'
import { answerTooLarge, readSoundBody } from './body-limit'
import { showReferenceAsDigest } from './error-digest'
import { answerHealth } from './health'
import { startNotifier } from './notifier'
import { notePeer } from './peer'
import { isFirst } from './places'
import { watchRequests } from './requests'
import { readRoutes } from './routes'

const LOOPBACK = '127.0.0.1'
const MOST_BY_CONNECTION = 200

/** Serves the built console: Next answers, and this process listens, logs, measures and leaves. */
export async function serveConsole(settings: Settings, log: Log): Promise<void> {
  const { consoleUrl, consolePort: port, metricsPort, secret, bind } = settings
  showReferenceAsDigest()
  // child.mjs makes `localhost` mean 127.0.0.1, which browsers try too.
  const host = bind === LOOPBACK ? 'localhost' : bind
  await startPulse().first
  const routeOf = await readRoutes(process.env.NEXT_DIST_DIR ?? '.next', 'public')
  const metrics = openMetrics('console', { readTrailHead: findTrailHead, readConnections: connectionFigures })
  onCommitted(metrics.committed)
  const pages = next({ dev: false, hostname: host, port })
  await pages.prepare()
  const answerPage = pages.getRequestHandler()
  const only = httpsOnly(consoleUrl)
  const answer: RequestListener = async (request, response) => {
    notePeer(request)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    if (only) response.setHeader(HTTPS_ONLY, only)
    if (await answerHealth(request, response, { secret, log })) return
    if (answerTooLarge(request, response)) return
    if (answerAway(request, response)) return
    gather(response)
    const sound = await readSoundBody(request, response)
    if (sound) await answerPage(sound, response)
  }
  const server = createServer(watchRequests({ log, metrics, routeOf }, answer))
  // Whoever keeps a connection is not kept by one process for good.
  if (cluster.isWorker) server.maxRequestsPerSocket = MOST_BY_CONNECTION
  keepIdle(server)
  hearAllHeaders(server)
  const drain = drainable(server)
  if (cluster.isWorker) metrics.share()
  else if (metricsPort !== null) await listenForMetrics(metrics, metricsPort)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  log.note('info', 'listening', { url: plain(consoleUrl), port })
  const notifier = isFirst() ? startNotifier((error) => log.fault('notices', error)) : null
  const stopNotifier = async () => notifier?.stop()
  leaveOnSignal(log, drain, () => Promise.all([pages.close(), stopNotifier().finally(() => closeDatabase())]))
}
