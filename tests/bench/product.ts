import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from '@/lib/ops/entry'

export type Ports = { consolePort: number; authorityPort: number; demoPortBase: number }
export type Running = {
  consoleUrl: string
  issuer: string
  readyAfterMs: number
  stop: () => Promise<number>
}

// What another part of the benchmark told this process is not for the product.
const clean = ({
  DATABASE_URL: _url,
  COUNTERSIGN_EMBEDDED: _is,
  COUNTERSIGN_SECRET: _secret,
  ...env
}: NodeJS.ProcessEnv) => env

/** `npm start` as a person types it, on its own data folder, until it says that it is ready. */
export async function startProduct(
  dataDir: string,
  { consolePort, authorityPort, demoPortBase }: Ports,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const start = performance.now()
  const child = spawn(process.execPath, [join(projectRoot, 'lib/ops/start.mjs')], {
    cwd: projectRoot,
    env: {
      ...clean(process.env),
      ...env,
      // Counted as always, and never reached.
      ...{ COUNTERSIGN_AGENT_LIMIT: '9999999', COUNTERSIGN_FILING_LIMIT: '9999999' },
      COUNTERSIGN_DATA_DIR: dataDir,
      CONSOLE_PORT: String(consolePort),
      AUTHORITY_PORT: String(authorityPort),
      DEMO_PORT_BASE: String(demoPortBase),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('Countersign is ready')) resolve()
    })
    child.on('exit', (code) => reject(new Error(`npm start ended with ${code}.\n${said.slice(-2000)}`)))
  })
  // What it logs from now on is thrown away: looking through ever more of it took more and more of the machine.
  child.stdout.removeAllListeners('data').resume()
  const stop = () =>
    new Promise<number>((resolve) => {
      const asked = performance.now()
      child.on('exit', () => resolve(performance.now() - asked))
      child.kill('SIGINT')
    })
  return {
    consoleUrl: `http://localhost:${consolePort}`,
    issuer: `http://127.0.0.1:${authorityPort}`,
    readyAfterMs: performance.now() - start,
    stop,
  }
}
