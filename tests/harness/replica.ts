import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { SECRET } from './authority'
import type { FreshDatabase } from './database'
import { freePort } from './ports.mjs'

/** Another authority on the same database, a process of its own that says it is the same issuer. */
export async function startReplica(
  db: FreshDatabase,
  issuer: string,
  more: Readonly<Record<string, string>> = {},
) {
  const port = await freePort()
  const env = {
    ...process.env,
    ...db.env,
    COUNTERSIGN_SECRET: SECRET,
    COUNTERSIGN_ISSUER: issuer,
    AUTHORITY_PORT: String(port),
    COUNTERSIGN_DEMO: '0',
    ...more,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/authority/main.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await listening(child)
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return { url: `http://127.0.0.1:${port}`, stop }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.once('exit', () => reject(new Error(`The replica did not start: ${said}`)))
    child.stdout?.setEncoding('utf8').on('data', (part) => {
      said += part
      if (said.includes('listening')) resolve()
    })
  })
}
