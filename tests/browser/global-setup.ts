import { startProduct } from './product.mjs'

/** Starts the product once for all journeys; the workers learn from the environment where it is. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const product = await startProduct()
  process.env.BROWSER_CONSOLE_URL = product.consoleUrl
  process.env.BROWSER_ISSUER = product.issuer
  process.env.BROWSER_DATA_DIR = product.dataDir
  process.env.BROWSER_DEMO_PORT_BASE = String(product.demoPortBase)
  return product.stop
}
