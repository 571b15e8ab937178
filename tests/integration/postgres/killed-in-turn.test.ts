import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { bundled } from '@/tests/harness/acts'
import { makeAgent, SECRET, type TestAgent } from '@/tests/harness/authority'
import { startBalancer } from '@/tests/harness/balancer'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { freePort } from '@/tests/harness/ports.mjs'
import { type ServerProcess, startServer } from '@/tests/harness/server-process'
import { EMPTY_TRAIL, expectNothingHalfDone, readOn } from '@/tests/harness/trail'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// F1: two authorities on one PostgreSQL, killed in turn under load. The client's own log is the only witness.

const KILLS = Number(process.env.FAULT_ROUNDS ?? 4)
const CALLERS = 12
const ANSWERS_BETWEEN = 30
vi.setConfig({ testTimeout: 180_000 + KILLS * 20_000, hookTimeout: 180_000 })

let db: FreshDatabase
let world: TestWorld
let main: Awaited<ReturnType<typeof bundled>>
let front: Awaited<ReturnType<typeof startBalancer>>
let ports: number[]
let both: ServerProcess[]

beforeAll(async () => {
  main = await bundled('lib/authority/main.ts', 'lib/authority/proof-thread.ts')
  db = await freshDatabase()
  world = await buildWorld()
  ports = [await freePort(), await freePort()]
  front = await startBalancer(await freePort(), ports)
  both = []
  for (const port of ports) both.push(await startAt(port))
})
afterAll(async () => {
  await Promise.all(both.map((one) => one.end('SIGKILL')))
  await front.close()
  await main.remove()
  await db.dispose()
})

async function startAt(port: number): Promise<ServerProcess> {
  const own = { COUNTERSIGN_SECRET: SECRET, COUNTERSIGN_ISSUER: front.url, COUNTERSIGN_DEMO: '0' }
  const env = { ...process.env, ...db.env, ...own, AUTHORITY_PORT: String(port) }
  const started = await startServer([main.file], env)
  expect(started.isListening, started.output()).toBe(true)
  return started
}

type Log = { jti: string; grantId: string }

/** Callers that never rest, each with a grant of its own, and what they were answered. */
function startCallers(agent: TestAgent, mandates: readonly string[]) {
  const acknowledged: Log[] = []
  let isOver = false
  const call = async (mandate: string) => {
    while (!isOver) {
      const answer = await agent.exchange({ mandate, resource: SERVERS.tickets }).catch(() => null)
      if (answer) {
        const { jti = '', grant_id } = decodeJwt(answer.access_token)
        acknowledged.push({ jti, grantId: String(grant_id) })
      }
    }
  }
  const running = Promise.all(mandates.map(call))
  const more = (count: number) => {
    const enough = acknowledged.length + count
    return expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(enough)
  }
  const stop = async () => {
    isOver = true
    await running
  }
  return { acknowledged, more, stop }
}

test(`F1: killed in turn, ${KILLS} times under load: no token that was answered is lost, none is without its event`, async () => {
  const agent = await makeAgent(world, front.url)
  const grants = await Promise.all(Array.from({ length: CALLERS }, () => grantTask(world)))
  const mandates = await Promise.all(grants.map(({ grantId }) => agent.mandateOf(grantId)))
  const callers = startCallers(agent, mandates)
  await callers.more(ANSWERS_BETWEEN)
  for (let kill = 0; kill < KILLS; kill += 1) {
    const which = kill % 2
    const victim = both[which]
    victim?.signal('SIGKILL')
    expect(await victim?.ended).toEqual([null, 'SIGKILL'])
    // The other one serves alone.
    await callers.more(ANSWERS_BETWEEN)
    both[which] = await startAt(ports[which] ?? 0)
    await callers.more(ANSWERS_BETWEEN)
  }
  await callers.stop()
  const ids = callers.acknowledged.map(({ jti }) => jti)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThanOrEqual((2 * KILLS + 1) * ANSWERS_BETWEEN)
  const stored = await database().credential.findMany({ where: { id: { in: ids } }, select: { id: true } })
  expect(stored).toHaveLength(ids.length)
  const events = await database().trailEvent.findMany({
    where: { type: 'credential.issued', credentialId: { in: ids } },
    select: { credentialId: true, grantId: true },
  })
  expect(events).toHaveLength(ids.length)
  const grantOf = new Map(events.map(({ credentialId, grantId }) => [credentialId, grantId]))
  for (const { jti, grantId } of callers.acknowledged) expect(grantOf.get(jti)).toBe(grantId)
  await expectNothingHalfDone(grants.flatMap(({ grantId, requestId }) => [grantId, requestId]))
  await readOn(EMPTY_TRAIL)
})
