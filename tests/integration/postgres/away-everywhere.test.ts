import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { until } from '@/lib/ops/supervision/ready'
import { makeAgent, type TestAgent } from '@/tests/harness/authority'
import { cuttableWire, throughWire } from '@/tests/harness/cuttable'
import { aboutGrant, assertionOf } from '@/tests/harness/evaluations'
import { watchLateness } from '@/tests/harness/lateness'
import { type AuthorityProcess, authorityProcess, type OwnServer, ownServer } from '@/tests/harness/served'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// F2 at every other door of the authority: while the database is cut off nobody hears a yes.

// ABUSE says 1 to 60 s. The usual run takes seconds; CUT_SECONDS=1,10,60 takes those.
const CUTS = (process.env.CUT_SECONDS ?? '4').split(',').map(Number)
const LONGEST_MS = Math.max(...CUTS) * 1000
vi.setConfig({ testTimeout: 180_000 + LONGEST_MS, hookTimeout: 180_000 })
const ANSWER_WITHIN_MS = 2000

let server: OwnServer
let wire: Awaited<ReturnType<typeof cuttableWire>>
let authority: AuthorityProcess
let world: TestWorld
let agent: TestAgent
let grantId: string
let own: string
let token: string

beforeAll(async () => {
  server = await ownServer()
  wire = await cuttableWire(server)
  world = await buildWorld()
  authority = await authorityProcess(throughWire(server.databaseUrl, wire.port))
  agent = await makeAgent(world, authority.issuer)
})
beforeEach(async () => {
  grantId = (await grantTask(world)).grantId
  own = await agent.ownToken()
  const mandate = await agent.mandateOf(grantId)
  token = (await agent.exchange({ mandate, resource: SERVERS.tickets })).access_token
})
afterAll(async () => {
  await authority.stop()
  await wire.close()
  await server.stop()
})

const JSON_TYPE = { 'content-type': 'application/json' }
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

async function asServer(path: string, body: unknown): Promise<Response> {
  const authorization = `Bearer ${await assertionOf(world, 'tickets', authority.issuer)}`
  const headers = { ...JSON_TYPE, authorization }
  return fetch(`${authority.issuer}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function introspection(): Promise<Response> {
  const client_assertion = await assertionOf(world, 'tickets', authority.issuer)
  const body = new URLSearchParams({ token, client_assertion, client_assertion_type: JWT_BEARER })
  return fetch(`${authority.issuer}/oauth/introspect`, { method: 'POST', body })
}

/** Everything that may be asked without changing anything, and would be answered with a yes. */
const DOORS = {
  introspection,
  evaluation: () => asServer('/access/v1/evaluation', aboutGrant(grantId)),
  evaluations: () => asServer('/access/v1/evaluations', { evaluations: [aboutGrant(grantId)] }),
  grants: () => agent.call('GET', '/grants', own),
  mandate: () => agent.call('GET', `/grants/${grantId}/mandate`, own),
} as const satisfies Record<string, () => Promise<Response>>
type Door = keyof typeof DOORS

const YES = /"active":true|"decision":true|"mandate":|"state":"live"/
const complete = () => agent.call('POST', `/grants/${grantId}/complete`, own)

async function hear(door: string, ask: () => Promise<Response>) {
  const sent = performance.now()
  const response = await ask()
  const text = await response.text()
  const { status, headers } = response
  const isYes = YES.test(text)
  return { door, sent, answered: performance.now(), status, isYes, waits: headers.get('retry-after') }
}
type Heard = Awaited<ReturnType<typeof hear>>
const round = () => Promise.all(Object.entries(DOORS).map(([door, ask]) => hear(door, ask)))
const isServed = async (door: Door) => {
  const { status, isYes } = await hear(door, DOORS[door])
  return status === 200 && isYes
}

/** Asks at every door, and to complete, until the time is over: by a clock, since nothing else happens meanwhile. */
async function askFor(ms: number): Promise<Heard[]> {
  const heard: Heard[] = []
  const end = performance.now() + ms
  while (performance.now() < end) heard.push(...(await round()), await hear('complete', complete))
  return heard
}

describe('a database that is cut off', () => {
  for (const seconds of CUTS)
    test(`for ${seconds} s: no door says yes, each says when to come again, and then all is as before`, async () => {
      for (const { door, status, isYes } of await round())
        expect({ door, status, isYes }).toEqual({ door, status: 200, isYes: true })
      const lateness = watchLateness()
      wire.cut()
      const heard = await askFor(seconds * 1000)
      wire.mend()
      lateness.stop()
      expect(new Set(heard.map(({ door }) => door))).toEqual(new Set([...Object.keys(DOORS), 'complete']))
      const told = new Set(
        heard.map(({ door, status, isYes, waits }) => `${door} ${status} ${isYes} ${waits}`),
      )
      expect([...told].filter((one) => !/ 503 false [1-9]\d*$/.test(one))).toEqual([])
      const slowest = Math.max(...heard.map(({ sent, answered }) => answered - sent))
      expect(slowest).toBeLessThan(lateness.allow(ANSWER_WITHIN_MS))
      for (const door of Object.keys(DOORS) as Door[])
        await until(`a yes at ${door}`, () => isServed(door), 20_000)
      // What was told "not now" has not been done: it is done now, once.
      expect((await hear('complete', complete)).status).toBe(200)
      expect(await isServed('mandate')).toBe(false)
      expect(authority.child.exitCode).toBeNull()
    })
})
