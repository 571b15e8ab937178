import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import { until } from '@/lib/ops/supervision/ready'
import { makeAgent, type TestAgent } from '@/tests/harness/authority'
import { cuttableWire, throughWire } from '@/tests/harness/cuttable'
import { watchLateness } from '@/tests/harness/lateness'
import { type AuthorityProcess, authorityProcess, type OwnServer, ownServer } from '@/tests/harness/served'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// F2: the database is killed, restarted or cut off. What the clients saw is the only witness.

// ABUSE says 1 to 60 s. The usual run takes seconds; CUT_SECONDS=1,10,60 takes those.
const CUTS = (process.env.CUT_SECONDS ?? '1,3,8').split(',').map(Number)
const LONGEST_MS = Math.max(...CUTS) * 1000
vi.setConfig({ testTimeout: 180_000 + LONGEST_MS, hookTimeout: 180_000 })
const ANSWER_WITHIN_MS = 2000
const BACK_WITHIN_MS = 5000
const CALLERS = 4

let server: OwnServer
let wire: Awaited<ReturnType<typeof cuttableWire>>
let authority: AuthorityProcess
let world: TestWorld
let agent: TestAgent
let mandate: string

beforeAll(async () => {
  server = await ownServer()
  wire = await cuttableWire(server)
  world = await buildWorld()
  authority = await authorityProcess(throughWire(server.databaseUrl, wire.port))
  agent = await makeAgent(world, authority.issuer)
})
beforeEach(async () => {
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
})
afterAll(async () => {
  await authority.stop()
  await wire.close()
  await server.stop()
})

type Seen = { sent: number; answered: number; status: number; jti?: string; says?: string }

async function ask(): Promise<Seen> {
  const sent = performance.now()
  const seen = await agent.exchange({ mandate, resource: SERVERS.tickets }).then(
    ({ access_token }) => ({ status: 200, jti: String(decodeJwt(access_token).jti) }),
    async (fault: unknown) => {
      const cause = fault instanceof oauth.OperationProcessingError ? fault.cause : undefined
      if (!(cause instanceof Response)) throw fault
      const { error_description } = await cause.json()
      return { status: cause.status, says: String(error_description) }
    },
  )
  return { sent, answered: performance.now(), ...seen }
}

/** Callers that never rest, and everything they saw. */
function callers() {
  const seen: Seen[] = []
  let isOver = false
  const call = async () => {
    while (!isOver) seen.push(await ask())
  }
  const running = Promise.all(Array.from({ length: CALLERS }, call))
  const stop = async () => {
    isOver = true
    await running
  }
  const served = (since: number) => seen.some(({ sent, status }) => sent > since && status === 200)
  return { seen, served, stop }
}

const lasting = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

type Outage = { begin: () => unknown; end: () => unknown; ms: number }

async function through({ begin, end, ms }: Outage) {
  const { seen, served, stop } = callers()
  await until('a token', async () => served(0), 20_000)
  const lateness = watchLateness()
  const begun = performance.now()
  await begin()
  const away = performance.now()
  await lasting(ms)
  const ended = performance.now()
  await end()
  const back = performance.now()
  await until('a token again', async () => served(away), 20_000)
  await stop()
  lateness.stop()
  return { seen, begun, away, ended, back, allow: lateness.allow }
}

function expectHonest({ seen, begun, away, ended, back, allow }: Awaited<ReturnType<typeof through>>) {
  const during = seen.filter(({ sent, answered }) => answered > begun && sent < ended)
  const slowest = Math.max(
    ...during.filter(({ status }) => status !== 200).map((one) => one.answered - one.sent),
  )
  expect(slowest).toBeLessThan(allow(ANSWER_WITHIN_MS))
  const whileAway = seen.filter(({ sent, answered }) => sent > away && answered < ended)
  expect(whileAway.length).toBeGreaterThan(0)
  expect([...new Set(whileAway.map(({ status }) => status))]).toEqual([503])
  expect(new Set(whileAway.map(({ says }) => says))).toEqual(
    new Set(['The authority cannot decide now. Nothing was issued. Try again.']),
  )
  const first = Math.min(
    ...seen.filter((one) => one.status === 200 && one.answered > away).map((one) => one.answered),
  )
  expect(first - back).toBeLessThan(allow(BACK_WITHIN_MS))
}

/** Everything a client was told it has is stored, with its event. */
async function expectKept(seen: readonly Seen[]) {
  const acknowledged = seen.flatMap(({ jti }) => jti ?? [])
  expect(acknowledged.length).toBeGreaterThan(0)
  const stored = await database().credential.count({ where: { id: { in: acknowledged } } })
  const events = await database().trailEvent.count({
    where: { type: 'credential.issued', credentialId: { in: acknowledged } },
  })
  expect({ stored, events }).toEqual({ stored: acknowledged.length, events: acknowledged.length })
}

describe('a database that is cut off', () => {
  for (const seconds of CUTS) {
    test(`for ${seconds} s: 503 in under 2 s, no token meanwhile, back within 5 s`, async () => {
      const seen = await through({ begin: wire.cut, end: wire.mend, ms: seconds * 1000 })
      if (seconds > 1) expectHonest(seen)
      await expectKept(seen.seen)
      expect(authority.child.exitCode).toBeNull()
    })
  }
})

test('a database that is killed and started again: nothing acknowledged is lost', async () => {
  const seen = await through({ begin: server.kill, end: server.start, ms: 1500 })
  expectHonest(seen)
  await expectKept(seen.seen)
  expect(authority.child.exitCode).toBeNull()
})
