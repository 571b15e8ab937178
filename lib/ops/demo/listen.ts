import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { codeOf } from './folder'

type Where = { path: string } | { host: string; port: number }

/** Serves an app until SIGTERM or SIGINT, then leaves with exit code 0. */
export async function serveUntilStopped(app: Hono, where: Where, leave = async () => {}): Promise<void> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    server.close(() => void leave().then(() => process.exit(0)))
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 1000).unref()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** Runs an entry point; a fault becomes one sentence on stderr and exit code 1. */
export async function runOrSay(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const taken = codeOf(error) === 'EADDRINUSE'
    const why = taken ? 'Its address is taken by another process.' : messageOf(error)
    console.error(`${name} did not start. ${why}`)
    process.exit(1)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
