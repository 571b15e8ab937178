// The built product as a person starts it, on free ports and an empty data folder, for one run of the
// browser tests.
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGuarded } from '../harness/guarded.mjs'
import { freePorts } from '../harness/ports.mjs'

const START_TIMEOUT_MS = 240_000
const LOG_FOLDER = 'test-results'
const DEMO_SERVERS = 3

const answers = (url) =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) }).then(
    ({ status }) => status === 200,
    () => false,
  )

const hasGreeted = (log) => readFileSync(log, 'utf8').includes('Countersign is ready')

async function untilReady(urls, product, log) {
  const deadline = Date.now() + START_TIMEOUT_MS
  let ended = false
  product.ended.then(() => {
    ended = true
  })
  const checks = urls.map((url) => [`no answer from ${url}`, () => answers(url)])
  // What it prints last is printed once everything is there, the first administrator's link too.
  for (const [what, check] of [...checks, ['it said no greeting', () => hasGreeted(log)]]) {
    while (!(await check())) {
      if (ended || Date.now() > deadline)
        throw new Error(`The product did not start: ${what}\n${readFileSync(log, 'utf8').slice(-4000)}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

/**
 * Starts the product, as a demo unless told otherwise. `stop()` ends it and deletes its data.
 * @param {{ demo?: boolean, name?: string, environment?: Record<string, string> }} [as]
 */
export async function startProduct({ demo = true, name = 'product', environment = {} } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-browser-'))
  const first = await freePorts(2 + DEMO_SERVERS)
  const [consolePort, authorityPort, demoPortBase] = [first, first + 1, first + 2]
  const env = {
    ...process.env,
    ...(demo ? {} : { COUNTERSIGN_DEMO: '0' }),
    ...environment,
    COUNTERSIGN_DATA_DIR: dataDir,
    CONSOLE_PORT: String(consolePort),
    AUTHORITY_PORT: String(authorityPort),
    DEMO_PORT_BASE: String(demoPortBase),
    NODE_ENV: 'production',
    // One run files more than anybody does in an hour.
    COUNTERSIGN_FILING_LIMIT: '0',
  }
  mkdirSync(LOG_FOLDER, { recursive: true })
  const log = join(LOG_FOLDER, `${name}.log`)
  const output = openSync(log, 'w')
  const product = startGuarded(process.execPath, ['lib/ops/start.mjs'], { env, output, removes: dataDir })
  closeSync(output)
  const stop = async () => {
    await product.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  const consoleUrl = `http://localhost:${consolePort}`
  const issuer = `http://127.0.0.1:${authorityPort}`
  const servers = Array.from(
    { length: demo ? DEMO_SERVERS : 0 },
    (_, at) => `http://127.0.0.1:${demoPortBase + at}/`,
  )
  try {
    await untilReady([`${consoleUrl}/sign-in`, `${issuer}/healthz`, ...servers], product, log)
  } catch (error) {
    await stop()
    throw error
  }
  const socket = encodeURIComponent(join(dataDir, 'run'))
  const databaseUrl = environment.DATABASE_URL ?? `postgresql:///postgres?user=postgres&host=${socket}`
  return { consoleUrl, issuer, dataDir, databaseUrl, demoPortBase, log, stop }
}
