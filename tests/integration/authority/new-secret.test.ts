import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commit } from '@/lib/data/commit'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { listSealedRows, replaceSealed, type SealedRow } from '@/lib/data/sealed-rows'
import { done } from '@/lib/domain/result'
import { until } from '@/lib/ops/supervision/ready'
import { openSealed, sealFor } from '@/lib/usecases/facts/sealed'
import { checkReadiness } from '@/lib/usecases/health/check-readiness'
import { proofOf } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { startReplica } from '@/tests/harness/replica'
import { buildWorld, setup, svidOf, type TestWorld } from '@/tests/harness/world'

// The installation's secret changes while two authorities run: first both know the next one, then one after the other
// makes with it, then the former one goes.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const PATIENCE_MS = 60_000
const ISSUER = 'http://127.0.0.1:3001'
const OLD = 'the former secret, long enough for anybody'
const NEW = 'the secret that follows, long enough as well'
const BEFORE = { COUNTERSIGN_SECRET: OLD, COUNTERSIGN_SECRET_NEXT: NEW }
const AFTER = { COUNTERSIGN_SECRET: NEW, COUNTERSIGN_SECRET_OLD: OLD }
const PLAIN = {
  'second factor': Buffer.from('twenty bytes of TOTP'),
  webhook: Buffer.from('{"url":"https://hooks.example/x","secret":"s"}'),
}

type Replica = Awaited<ReturnType<typeof startReplica>>
let db: FreshDatabase
let world: TestWorld
const running: Replica[] = []

async function start(secrets: Readonly<Record<string, string>>): Promise<Replica> {
  const replica = await startReplica(db, ISSUER, { COUNTERSIGN_DPOP_NONCE: '1', ...secrets })
  running.push(replica)
  return replica
}

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
})
afterAll(async () => {
  await Promise.all(running.map((replica) => replica.stop()))
  await db.dispose()
})

/** Lays down what people have sealed: a second factor and a webhook. The authority makes the signing keys. */
async function layDown() {
  const { owner } = world.people
  const [webhook, under] = [newId('WebhookId'), OLD]
  await database().secondFactor.create({
    data: {
      ...{ personId: owner, confirmed: new Date() },
      sealed: sealFor({ kind: 'second factor', id: owner }, PLAIN['second factor'], under),
    },
  })
  await database().webhook.create({
    data: {
      ...{ id: webhook, tenantId: world.tenantId, form: 'standard', origin: 'https://hooks.example' },
      ...{ digest: 'none', kinds: [], addedBy: owner, added: new Date() },
      sealed: sealFor({ kind: 'webhook', id: webhook }, PLAIN.webhook, under),
    },
  })
}

/** Asks for an agent's own token: with a nonce it is signed, without one a nonce is handed out. */
async function ask({ url }: Replica, nonce?: string) {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true })
  const form = {
    ...{ grant_type: 'client_credentials', resource: ISSUER },
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe',
    client_assertion: await svidOf(world, ISSUER),
  }
  const dpop = await proofOf(keys, 'POST', `${ISSUER}/oauth/token`, nonce ? { nonce } : {})
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { dpop },
  })
  return { status: response.status, nonce: response.headers.get('dpop-nonce') ?? '' }
}

/** Each signs for an agent that brings the nonce of either. */
async function expectBothWork(one: Replica, two: Replica) {
  const statuses = []
  for (const giver of [one, two])
    for (const taker of [one, two]) statuses.push((await ask(taker, (await ask(giver)).nonce)).status)
  expect(statuses).toEqual([200, 200, 200, 200])
}

const opensWith = (secret: string) => (row: SealedRow) => openSealed(row, secret) !== null
const readiness = async ({ url }: Replica) => {
  const response = await fetch(`${url}/readyz`)
  return { code: response.status, ...(await response.json()) }
}
const READY = { code: 200, status: 'ready' }

/** `npm start -- secrets`, with its exit code. */
async function secretsCommand(secrets: Readonly<Record<string, string>>) {
  const env = { ...process.env, ...db.env, ...secrets }
  const args = ['--import', 'tsx', 'lib/ops/secrets.ts']
  return promisify(execFile)(process.execPath, args, { env }).then(
    ({ stdout }) => ({ code: 0, says: stdout }),
    ({ code, stdout }) => ({ code, says: String(stdout) }),
  )
}

describe('a change of COUNTERSIGN_SECRET', () => {
  let one: Replica
  let before: SealedRow[]

  test('begins with everything sealed under the former one, and the command says so', async () => {
    one = await start(BEFORE)
    await layDown()
    before = await listSealedRows()
    expect(before.map(({ kind }) => kind)).toEqual(['second factor', 'signing key', 'signing key', 'webhook'])
    expect(before.every(opensWith(OLD))).toBe(true)
    expect(before.some(opensWith(NEW))).toBe(false)
    const { code, says } = await secretsCommand(AFTER)
    expect(says).toMatch(/under COUNTERSIGN_SECRET +0 signing keys, 0 second factors, 0 webhooks/)
    expect(says).toMatch(/under COUNTERSIGN_SECRET_OLD +2 signing keys, 1 second factor, 1 webhook/)
    expect(code).toBe(1)
    expect(says).not.toContain(NEW)
  })

  test('fails nobody while one makes with the new one and the other with the former, and all is sealed anew', async () => {
    const two = await start(AFTER)
    await expectBothWork(one, two)
    await until(
      'what was sealed',
      async () => {
        await expectBothWork(one, two)
        return (await listSealedRows()).every(opensWith(NEW))
      },
      PATIENCE_MS,
    )
    await expectBothWork(one, two)
    expect([await readiness(one), await readiness(two)]).toEqual([READY, READY])
  })

  test('changes none of what was sealed, and writes over nothing that was changed meanwhile', async () => {
    const after = await listSealedRows()
    for (const row of after) {
      const same = before.find(({ id }) => id === row.id)
      expect(same && openSealed(same, OLD)).toEqual(openSealed(row, NEW))
    }
    for (const stale of before) await commit(setup, done(null), (tx) => replaceSealed(tx, stale, 'no'))
    expect(await listSealedRows()).toEqual(after)
    const opened = after.map((row) => openSealed(row, NEW))
    for (const plain of Object.values(PLAIN)) expect(opened).toContainEqual(plain)
    expect(await secretsCommand(AFTER)).toMatchObject({ code: 0 })
  })

  test('ends with the former one gone: the new one alone opens everything, the former one nothing', async () => {
    for (const replica of running.splice(0)) await replica.stop()
    const three = await start({ COUNTERSIGN_SECRET: NEW })
    expect((await ask(three, (await ask(three)).nonce)).status).toBe(200)
    expect((await checkReadiness(NEW)).missing).toEqual([])
    const left = await start({ COUNTERSIGN_SECRET: OLD })
    expect(await readiness(left)).toMatchObject({ code: 503, missing: [{ part: 'key' }] })
    expect((await ask(left, (await ask(left)).nonce)).status).toBe(503)
    const { code, says } = await secretsCommand({ COUNTERSIGN_SECRET: OLD })
    expect(says).toMatch(/under none of them +2 signing keys, 1 second factor, 1 webhook/)
    expect(code).toBe(1)
  })
})
