import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { freePort } from '@/tests/harness/ports.mjs'
import { buildWorld } from '@/tests/harness/world'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await buildWorld()
})
afterAll(() => db.dispose())

test('the process makes its keys once, serves, logs JSON, and leaves with 0 on SIGTERM', async () => {
  const first = await serveOnce()
  expect(first).toMatchObject({ code: 0, ready: 200 })
  const lines = first.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({
    route: '/readyz',
    status: 200,
    method: 'GET',
  })
  expect((await serveOnce()).code).toBe(0)
  const states = await database().signingKey.findMany({ orderBy: { state: 'asc' }, select: { state: true } })
  expect(states.map(({ state }) => state)).toEqual(['active', 'next'])
  expect(await database().trailEvent.count({ where: { type: 'key.created' } })).toBe(2)
})

async function serveOnce() {
  const port = await freePort()
  const env = {
    ...process.env,
    ...db.env,
    COUNTERSIGN_SECRET: SECRET,
    AUTHORITY_PORT: String(port),
    COUNTERSIGN_DEMO: '0',
  }
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/authority/main.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  const listening = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`It did not start: ${output}`)))
    child.stdout.setEncoding('utf8').on('data', (part) => {
      output += part
      if (output.includes('listening')) resolve()
    })
  })
  await listening
  const ready = (await fetch(`http://127.0.0.1:${port}/readyz`)).status
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  return { code, ready, output }
}
