import { startProduct } from './product.mjs'

/**
 * Starts the product once for all journeys; the workers learn from the environment where it is. Who sets
 * BROWSER_CONSOLE_URL and its neighbours by hand tries the journeys on an installation that already runs.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env.BROWSER_CONSOLE_URL) return async () => {}
  const product = await startProduct()
  process.env.BROWSER_CONSOLE_URL = product.consoleUrl
  process.env.BROWSER_ISSUER = product.issuer
  process.env.BROWSER_DATA_DIR = product.dataDir
  process.env.BROWSER_DEMO_PORT_BASE = String(product.demoPortBase)
  return product.stop
}
