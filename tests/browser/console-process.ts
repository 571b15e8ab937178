import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { freePort } from '../harness/ports.mjs'
import { startServer } from '../harness/server-process'

/** The secret that the product made for itself. */
export const productSecret = () =>
  process.env.BROWSER_SECRET ??
  readFileSync(join(process.env.BROWSER_DATA_DIR ?? '', 'secret'), 'utf8').trim()

/** Everything the product has printed. */
export const productLog = () => readFileSync('test-results/product.log', 'utf8')

/** A second console beside the product's, as built, on a port of its own. It knows the same sign-ins. */
export async function startConsole(
  databaseUrl = process.env.BROWSER_DATABASE_URL ?? '',
  behind?: { consoleUrl?: string; environment: Readonly<Record<string, string>> },
) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const server = await startServer(['lib/ops/child.mjs', 'dist/console.mjs'], {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    COUNTERSIGN_EMBEDDED: '1',
    COUNTERSIGN_SECRET: productSecret(),
    COUNTERSIGN_CONSOLE_URL: behind?.consoleUrl ?? url,
    NEXTAUTH_URL: behind?.consoleUrl ?? url,
    CONSOLE_PORT: String(port),
    ...behind?.environment,
  })
  return { ...server, url }
}

/** Opens the live stream of a browser. `began` when it speaks; `ended` says whether it was brought to its end. */
export function openStream(url: string, cookie: string) {
  let begin = () => {}
  const began = new Promise<void>((resolve) => {
    begin = resolve
  })
  const ended = new Promise<'ended' | 'cut'>((resolve, reject) => {
    const request = get(`${url}/api/live`, { agent: false, headers: { cookie } }, (response) => {
      response.on('data', () => begin())
      response.once('close', () => resolve(response.complete ? 'ended' : 'cut'))
    })
    request.once('error', reject)
  })
  return { began, ended }
}
