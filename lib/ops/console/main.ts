import cluster from 'node:cluster'
import { join } from 'node:path'
import { poolSizeOf } from '@/lib/domain/process-settings'
import { readSettings, type Settings } from '@/lib/domain/settings'
import { openLog } from '@/lib/serve/log'
import { listenForMetrics } from '@/lib/serve/metrics-listener'
import { logWholeProcess } from '@/lib/serve/process-log'
import { openSharedMetrics } from '@/lib/serve/shared-metrics'
import { projectRoot } from '../entry'
import { leadProcesses } from './lead'
import { environmentOf } from './places'
import { serveConsole } from './serve'

const log = openLog('console')
logWholeProcess(log)

/** The console of this machine: one process that serves, or one that leads several. */
async function main(): Promise<void> {
  const settings = readSettings(process.env)
  if (cluster.isWorker || settings.consoleProcesses === 1) return serveConsole(settings, log)
  return lead(settings)
}

async function lead({ metricsPort, consoleProcesses: count }: Settings): Promise<void> {
  const poolSize = poolSizeOf(process.env)
  if (metricsPort !== null) await listenForMetrics(openSharedMetrics(), metricsPort)
  leadProcesses({
    count,
    log,
    command: {
      script: join(projectRoot, 'lib/ops/child.mjs'),
      arguments: process.argv.slice(1),
    },
    environmentOf: (place) => environmentOf(place, count, poolSize),
  })
}

main().catch((error) => {
  log.fault('did not start', error)
  process.exit(1)
})
