import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { bundled } from '@/tests/harness/acts'
import { makeAgent, SECRET, type TestAgent } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { freePort } from '@/tests/harness/ports.mjs'
import { EMPTY_TRAIL, expectNothingHalfDone, readOn } from '@/tests/harness/trail'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

const KILLS = Number(process.env.FAULT_ROUNDS ?? 2)
const CALLERS = 12
const ANSWERS_BEFORE_A_KILL = 40
vi.setConfig({ testTimeout: 180_000 + KILLS * 20_000, hookTimeout: 180_000 })

let db: FreshDatabase
let world: TestWorld
let main: Awaited<ReturnType<typeof bundled>>
let port: number
let authority: ChildProcess

beforeAll(async () => {
  main = await bundled('lib/authority/main.ts', 'lib/authority/proof-thread.ts')
  db = await freshDatabase()
  world = await buildWorld()
  port = await freePort()
})
afterAll(async () => {
  if (authority.exitCode === null && authority.signalCode === null) {
    const ended = once(authority, 'exit')
    authority.kill('SIGKILL')
    await ended
  }
  await main.remove()
  await db.dispose()
})

async function startAuthority(): Promise<void> {
  const own = { COUNTERSIGN_SECRET: SECRET, AUTHORITY_PORT: String(port), COUNTERSIGN_DEMO: '0' }
  const child = spawn(process.execPath, [main.file], {
    env: { ...process.env, ...db.env, ...own },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  authority = child
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('It did not start.')))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('listening')) resolve()
    })
  })
}

const idOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti

test(`F1: the authority killed ${KILLS} times under load loses no token that it answered with`, async () => {
  await startAuthority()
  const agent = await makeAgent(world, `http://127.0.0.1:${port}`)
  const grants = await Promise.all(Array.from({ length: CALLERS }, () => grantTask(world)))
  const mandates = await Promise.all(grants.map(({ grantId }) => agent.mandateOf(grantId)))
  // The client's own log: what it was answered.
  const acknowledged: string[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killUnderLoad(agent, mandates, acknowledged)
    await startAuthority()
  }
  const stored = await database().credential.findMany({
    where: { id: { in: acknowledged } },
    select: { id: true },
  })
  expect(stored.map(({ id }) => id).sort()).toEqual([...acknowledged].sort())
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * ANSWERS_BEFORE_A_KILL)
  await expectNothingHalfDone(grants.flatMap(({ grantId, requestId }) => [grantId, requestId]))
  await readOn(EMPTY_TRAIL)
  const [mandate = ''] = mandates
  expect((await agent.exchange({ mandate, resource: SERVERS.tickets })).expires_in).toBeGreaterThan(0)
})

async function killUnderLoad(agent: TestAgent, mandates: readonly string[], acknowledged: string[]) {
  const enough = acknowledged.length + ANSWERS_BEFORE_A_KILL
  const ended = once(authority, 'exit')
  let isDown = false
  const callers = mandates.map(async (mandate) => {
    while (!isDown) {
      const answer = await agent.exchange({ mandate, resource: SERVERS.tickets }).catch(() => null)
      if (answer) acknowledged.push(idOf(answer.access_token))
      if (acknowledged.length >= enough) authority.kill('SIGKILL')
    }
  })
  expect(await ended).toEqual([null, 'SIGKILL'])
  isDown = true
  await Promise.all(callers)
}
