import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import type { JsonObject } from '@/lib/domain/json'
import { appOf, ask, type Heard, makers, type Sent, textOf } from '@/tests/harness/calls'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { senders } from '@/tests/harness/sent'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'
import { spoil, type Victim } from '@/tests/unit/support/spoil'

// A22: at the real endpoints, with everything behind them.

const EACH = 1320
const AT_ONCE = 16
vi.setConfig({ testTimeout: 600_000, hookTimeout: 180_000 })

let db: FreshDatabase
let world: TestWorld
let make: Awaited<ReturnType<typeof makers>>
let send: ReturnType<typeof senders>
const faults: unknown[] = []
const log = { request: () => {}, fault: (_: string, fault: unknown) => faults.push(fault) }
let app: ReturnType<typeof appOf>

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  make = await makers(world)
  send = senders({ world, make, grant: await grantTask(world) })
  app = appOf(undefined, { log })
})
afterAll(() => db.dispose())

// HTTP takes blanks around a header's value away: with them it would be the honest one.
const isHeader = (text: string) => /^[\x20-\x7e]*$/.test(text) && text.trim() === text && text.length < 16_000

/** A refusal, or for a token that is asked about: not active, not allowed. Never a fault. */
function isRefused({ status, json }: Heard): boolean {
  if (status === 200) return json.active === false || json.decision === false
  return [400, 401, 413, 431].includes(status)
}

/** Sends every spoilt text where the honest one is taken, several at once. How many there were. */
async function sendAll(victim: Victim, seed: number, sent: (text: string, at: number) => Sent | null) {
  const all = [...spoil(victim, EACH, seed)].flatMap(({ how, text }, at) => {
    const one = sent(text, at)
    return one ? [{ how, one }] : []
  })
  for (let at = 0; at < all.length; at += AT_ONCE)
    await Promise.all(
      all.slice(at, at + AT_ONCE).map(async ({ how, one }) => {
        const heard = await ask(app, one)
        if (!isRefused(heard)) expect.fail(`${how}: ${heard.status} ${heard.text.slice(0, 300)}`)
      }),
    )
  return all.length
}

const evaluating = (token: string): Sent => ({
  path: '/access/v1/evaluation',
  headers: {
    'content-type': 'application/json',
    authorization: `Bearer ${textOf(make.assertion())}`,
  },
  body: JSON.stringify({
    subject: { type: 'access_token', id: token },
    action: { name: 'ticket:read' },
    resource: { type: 'resource', id: `${SERVERS.tickets}/t/4711` },
  }),
})

const introspecting = (token: string) => send.asServer(textOf(make.assertion()), token)

describe('A22: 5,000 mutations at the endpoints', () => {
  const sent: number[] = []
  const credentials = () => database().credential.count()
  let issued: number
  let claims: JsonObject

  test('before, each is taken as it is', async () => {
    const { status, json } = await ask(app, send.asExchange())
    expect(status).toBe(200)
    const token = String(json.access_token)
    claims = decodeJwt(token) as JsonObject
    const own = textOf(make.ownJwt('at+jwt', claims))
    expect((await ask(app, introspecting(own))).json.active).toBe(true)
    expect((await ask(app, evaluating(own))).json.decision).toBe(true)
    issued = await credentials()
  })

  test('of a mandate: none is taken', async () => {
    const exact = { exact: ['iss', 'aud'], times: ['exp'] }
    const victim = { ...send.mandate(), ...exact, typed: ['sub', 'may_act', 'jti', 'txn', 'grant_id'] }
    sent.push(await sendAll(victim, 31, (mandate) => send.asExchange({ mandate })))
  })

  test('of an actor token: none is taken, in either place', async () => {
    const victim = { ...make.svid(), exact: ['aud'], typed: ['sub'], times: ['exp'] }
    const way = (svid: string, at: number) => (at % 2 ? send.asExchange({ svid }) : send.asClient(svid))
    sent.push(await sendAll(victim, 32, way))
  })

  test('of a DPoP proof: none is taken', async () => {
    const victim = { ...make.proof(), exact: ['htm', 'htu'], typed: ['jti'], times: ['iat'] }
    sent.push(await sendAll(victim, 33, (proof) => (isHeader(proof) ? send.asExchange({ proof }) : null)))
  })

  test('of an access token: active nowhere, allowed nothing', async () => {
    const victim = {
      ...make.ownJwt('at+jwt', claims),
      ...{ exact: ['iss', 'aud', 'client_id'], times: ['iat', 'exp'] },
      typed: ['sub', 'jti', 'scope', 'authorization_details', 'act', 'cnf', 'txn', 'grant_id'],
    }
    const way = (token: string, at: number) => (at % 2 ? introspecting(token) : evaluating(token))
    sent.push(await sendAll(victim, 34, way))
  })

  test('and then nothing was issued, nothing was a fault, and the honest ones are taken still', async () => {
    expect(sent.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(5000)
    expect(await credentials()).toBe(issued)
    expect(faults).toEqual([])
    expect((await ask(app, introspecting(textOf(make.ownJwt('at+jwt', claims))))).json.active).toBe(true)
    expect((await ask(app, send.asExchange())).status).toBe(200)
  })
})
