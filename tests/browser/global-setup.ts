import { randomBytes } from 'node:crypto'
import { startPostgres } from '../harness/postgres.mjs'
import { startProduct } from './product.mjs'

/** What the demo runs on: the embedded database, or with BROWSER_BACKEND=postgres a server of its own. */
async function openBackend() {
  if (process.env.BROWSER_BACKEND !== 'postgres') return { environment: {}, stop: async () => {} }
  const server = await startPostgres()
  const COUNTERSIGN_SECRET = randomBytes(32).toString('base64url')
  process.env.BROWSER_SECRET = COUNTERSIGN_SECRET
  const environment = { DATABASE_URL: server.url(), COUNTERSIGN_DEMO: '1', COUNTERSIGN_SECRET }
  return { environment, stop: () => server.stop() }
}

/**
 * Starts the product once for all journeys; the workers learn from the environment where it is. Who sets
 * BROWSER_CONSOLE_URL and its neighbours by hand tries the journeys on an installation that already runs.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env.BROWSER_CONSOLE_URL) return async () => {}
  const backend = await openBackend()
  const product = await startProduct({ environment: backend.environment })
  process.env.BROWSER_CONSOLE_URL = product.consoleUrl
  process.env.BROWSER_ISSUER = product.issuer
  process.env.BROWSER_DATA_DIR = product.dataDir
  process.env.BROWSER_DATABASE_URL = product.databaseUrl
  process.env.BROWSER_DEMO_PORT_BASE = String(product.demoPortBase)
  return async () => {
    await product.stop()
    await backend.stop()
  }
}
