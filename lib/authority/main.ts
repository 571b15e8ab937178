import type { Server } from 'node:http'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { dpopNonces } from '@/lib/credentials/dpop-nonce'
import { countMandates } from '@/lib/credentials/mandate'
import { onCommitted } from '@/lib/data/committed'
import { closeDatabase, connectionFigures } from '@/lib/data/database'
import { startPulse } from '@/lib/data/pulse'
import { findTrailHead } from '@/lib/data/trail-head'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { readSettings, type Settings } from '@/lib/domain/settings'
import { drainable } from '@/lib/serve/drain'
import { hearAllHeaders } from '@/lib/serve/hear-all-headers'
import { keepIdle } from '@/lib/serve/keep-idle'
import { leaveOnSignal } from '@/lib/serve/leave'
import { openLog } from '@/lib/serve/log'
import { openMetrics } from '@/lib/serve/metrics'
import { listenForMetrics } from '@/lib/serve/metrics-listener'
import { plain } from '@/lib/serve/plain'
import { logWholeProcess } from '@/lib/serve/process-log'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { countAnswers } from '@/lib/usecases/facts/answers-at-issue'
import { countWorkloadProofs } from '@/lib/usecases/facts/workloads'
import { noteRepeats } from '@/lib/usecases/sweep/note-repeats'
import { refreshBundles } from '@/lib/usecases/sweep/refresh-bundles'
import { authorityApp } from './app'
import { everySecond } from './every-second'
import type { Log } from './log'
import { proofsBeside } from './proofs-beside'
import { countRates } from './rates'
import { shareRates } from './share-rates'
import { startSweeper } from './sweeper'

const log = openLog('authority')
logWholeProcess(log)

const metrics = openMetrics('authority', {
  readTrailHead: findTrailHead,
  readConnections: connectionFigures,
  readProofs: () => ({ workload: countWorkloadProofs(), mandate: countMandates() }),
  readAnswers: countAnswers,
})
onCommitted(metrics.committed)

const requests: Log = {
  request: ({ reference, method, route, status, ms, reason }) => {
    log.note('info', 'request', { reference, ms, method, route, status, reason: reason && plain(reason) })
    metrics.answered({ route, status, seconds: ms / 1000, reason })
  },
  fault: (reference, error) => log.fault('fault', error, { reference }),
}

// Beside this file in source as when built.
const PROOF_THREAD = new URL(`./proof-thread${extname(import.meta.url)}`, import.meta.url)

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const { issuer, secret, demo, limits, trustedProxies } = settings
  await startPulse().first
  await ensureSigningKeys(secret, { via: 'authority' })
  const rates = countRates({ address: limits.callsPerAddress, agent: limits.callsPerAgent })
  const permit = webhookPermit(settings)
  const nonces = settings.dpopNonce ? { nonces: dpopNonces(secret) } : {}
  // Where there is a processor for it, beside those of this thread and of the database: on two, threads in each other's
  // way cost more than the arithmetic.
  const beside = availableParallelism() > 2 ? proofsBeside(PROOF_THREAD) : {}
  const who = { issuer, secret, permit, ...nonces, ...beside }
  const app = authorityApp({ ...who, demo, log: requests, rates, trustedProxies })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  keepIdle(server)
  hearAllHeaders(server)
  const drain = drainable(server)
  await listen(server, settings)
  const sweeper = startSweeper(settings, {
    fault: (error) => log.fault('sweep', error),
    sealedAnew: (count) => log.note('info', 'sealed anew', { count }),
  })
  const sharing = everySecond(
    () => shareRates(rates, limits.callsPerAgent),
    (error) => log.fault('rates', error),
  )
  const bundles = everySecond(
    () => refreshBundles({ permit, bundles: settings.bundles }),
    (error) => log.fault('bundles', error),
  )
  const repeats = everySecond(noteRepeats, (error) => log.fault('sweep', error))
  const parts = [sweeper, sharing, bundles]
  leaveOnSignal(log, drain, async () => {
    await repeats.stop()
    await noteRepeats({ all: true }).catch((error) => log.fault('sweep', error))
    await Promise.all([...parts.map((part) => part.stop()), closeDatabase()])
  })
}

async function listen(server: Server, { issuer, authorityPort, metricsPort, bind }: Settings): Promise<void> {
  // The console's figures have the port itself, the authority's the next one.
  if (metricsPort !== null) await listenForMetrics(metrics, metricsPort + 1)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: bind, port: authorityPort }, resolve)
  })
  log.note('info', 'listening', { url: plain(issuer), port: authorityPort })
}

main().catch((error) => {
  log.fault('did not start', error)
  process.exit(1)
})
