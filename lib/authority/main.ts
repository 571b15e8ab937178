import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import pino from 'pino'
import { closeDatabase } from '@/lib/data/database'
import { readSettings } from '@/lib/domain/settings'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { authorityApp } from './app'
import type { Log } from './log'
import { startSweeper } from './sweeper'

const DRAIN_MS = 15_000
const HOST = '127.0.0.1'

const logger = pino({ base: { service: 'authority' } })

const log: Log = {
  request: (line) => logger.info(line, 'request'),
  fault: (id, error) => logger.error({ id, ...faultOf(error) }, 'fault'),
}

// The cause by name and code: a driver's message may quote what was sent.
function faultOf(error: unknown) {
  if (!(error instanceof Error)) return { fault: 'unknown' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const message = code === undefined ? error.message.slice(0, 200) : undefined
  return { fault: error.name, code, message, at: error.stack?.split('\n')[1]?.trim() }
}

async function main(): Promise<void> {
  const { issuer, secret, demo, authorityPort } = readSettings(process.env)
  await ensureSigningKeys(secret, { via: 'authority' })
  const app = authorityApp({ issuer, secret, demo, log })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: HOST, port: authorityPort }, resolve)
  })
  logger.info({ issuer, port: authorityPort }, 'listening')
  const sweeper = startSweeper((error) => logger.error(faultOf(error), 'sweep'))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => drain(server, sweeper))
}

/** Takes no new calls, lets the running ones answer, and leaves within 15 seconds. */
function drain(server: Server, sweeper: { stop: () => Promise<void> }): void {
  setTimeout(() => process.exit(1), DRAIN_MS).unref()
  const leave = () =>
    sweeper
      .stop()
      .then(closeDatabase)
      .finally(() => process.exit(0))
  server.close(() => void leave())
  server.closeIdleConnections()
}

main().catch((error) => {
  logger.fatal(faultOf(error), 'the authority did not start')
  process.exit(1)
})
