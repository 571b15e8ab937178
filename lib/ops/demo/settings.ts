import { join, resolve } from 'node:path'
import data from './catalogue.json'

export type DemoSettings = { dir: string; issuer: string; portBase: number }

/** Reads the environment the way every demo process understands it. */
export function readSettings(env: NodeJS.ProcessEnv): DemoSettings {
  const dataDir = env.COUNTERSIGN_DATA_DIR || '.data'
  const portBase = Number(env.DEMO_PORT_BASE || data.portBase)
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > 65_000) {
    throw new Error(`DEMO_PORT_BASE is "${env.DEMO_PORT_BASE}". It must be a port between 1 and 65000.`)
  }
  return {
    dir: resolve(env.COUNTERSIGN_DEMO_DIR || join(dataDir, 'demo')),
    issuer: env.COUNTERSIGN_ISSUER || `http://127.0.0.1:${env.AUTHORITY_PORT || 3001}`,
    portBase,
  }
}
