import { beforeEach, expect, test } from 'vitest'
import { countRates } from '@/lib/authority/rates'
import { shareRates } from '@/lib/authority/share-rates'
import { database, pool } from '@/lib/data/database'
import { addToRates } from '@/lib/data/rate-counts'
import { appOf, ask, ISSUER, JWT_SPIFFE, textOf } from '@/tests/harness/calls'
import { make, withCalls, world } from '@/tests/harness/open-calls'

const LIMITS = { address: 100, agent: 10 }

withCalls()
beforeEach(async () => {
  await database().rateCount.deleteMany()
})

const authority = (limits = LIMITS) => {
  const rates = countRates(limits)
  return { rates, app: appOf(undefined, { rates }) }
}

const nonsense = (app: ReturnType<typeof appOf>, address: string) =>
  ask(app, { form: { grant_type: 'password' }, address })

const ownToken = (app: ReturnType<typeof appOf>, address = '127.0.0.1') =>
  ask(app, {
    form: {
      ...{ grant_type: 'client_credentials', resource: ISSUER, client_assertion_type: JWT_SPIFFE },
      client_assertion: textOf(make.svid()),
    },
    headers: { dpop: textOf(make.proof()) },
    address,
  })

const statuses = async (count: number, act: () => Promise<{ status: number }>) => {
  const all: number[] = []
  for (let done = 0; done < count; done += 1) all.push((await act()).status)
  return all
}

test('an address that only tries things is soon told when to come back, and nobody else is', async () => {
  const { app } = authority()
  expect(await statuses(6, () => nonsense(app, '192.0.2.1'))).toEqual([400, 400, 400, 400, 400, 429])
  const limited = await nonsense(app, '192.0.2.1')
  expect(limited.json).toMatchObject({ error: 'temporarily_unavailable', reason: 'rate_limited' })
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(limited.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect((await nonsense(app, '192.0.2.2')).status).toBe(400)
  expect((await nonsense(app, '::ffff:192.0.2.1')).status).toBe(429)
  // Whoever watches over it is never told to wait.
  const watched = await ask(app, { method: 'GET', path: '/readyz', address: '192.0.2.1' })
  expect(watched.status).not.toBe(429)
})

test('one that is refused for its rate costs the database nothing', async () => {
  const { app } = authority()
  await statuses(5, () => nonsense(app, '192.0.2.1'))
  const asked: unknown[] = []
  const { query } = pool()
  pool().query = ((...all: unknown[]) => {
    asked.push(all)
    return Reflect.apply(query, pool(), all)
  }) as typeof query
  expect((await ownToken(app, '192.0.2.1')).status).toBe(429)
  expect(asked).toEqual([])
  expect((await ownToken(app, '192.0.2.9')).status).toBe(200)
  expect(asked.length).toBeGreaterThan(0)
  pool().query = query
})

test('a /64 is one caller, whatever it calls itself', async () => {
  const { app } = authority()
  const spellings = ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:1:ffff::9', '2001:db8:0:1:1:2:3:4']
  await statuses(2, () => nonsense(app, spellings[0] ?? ''))
  for (const address of spellings.slice(1)) await nonsense(app, address)
  expect((await nonsense(app, '2001:db8:0:1::dead')).status).toBe(429)
  expect((await nonsense(app, '2001:db8:0:2::1')).status).toBe(400)
})

test('an agent has its calls on all authorities together, and the trail says once that they are used up', async () => {
  const [one, two] = [authority(), authority()]
  expect(await statuses(6, () => ownToken(one.app))).toEqual(Array(6).fill(200))
  expect(await statuses(3, () => ownToken(two.app))).toEqual(Array(3).fill(200))
  for (const { rates } of [one, two, one]) await shareRates(rates, LIMITS.agent)
  expect(await statuses(3, () => ownToken(two.app))).toEqual([200, 429, 429])
  // Whoever has nothing to tell does not ask: it learns with its next call.
  await shareRates(two.rates, LIMITS.agent)
  expect((await ownToken(one.app)).status).toBe(200)
  for (const { rates } of [one, two, one]) await shareRates(rates, LIMITS.agent)
  const limited = await ownToken(one.app)
  expect(limited.json.reason).toBe('rate_limited')
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  const events = await database().trailEvent.findMany({ where: { type: 'agent.slowed' } })
  expect(events.map(({ agentId, tenantId }) => [agentId, tenantId])).toEqual([
    [world.agents.triage, world.tenantId],
  ])
})

test('nobody uses up the calls of an agent that is not theirs', async () => {
  const { app } = authority()
  const forged = async () => {
    const { header, claims, pair } = make.svid()
    const text = textOf({ header, claims, pair: { sign: (input) => pair.sign(Buffer.from(`${input}x`)) } })
    const form = { grant_type: 'client_credentials', resource: ISSUER, client_assertion: text }
    const headers = { dpop: textOf(make.proof()) }
    return ask(app, { form: { ...form, client_assertion_type: JWT_SPIFFE }, headers, address: '127.0.0.1' })
  }
  expect(await statuses(15, forged)).toEqual(Array(15).fill(401))
  expect((await ownToken(app)).status).toBe(200)
})

test('when the minute is over everything begins anew', async () => {
  let clock = 0
  const rates = countRates({ address: 3, agent: 0 }, () => clock)
  const spend = () => rates.spend('address', 'a')
  expect([spend(), spend(), spend(), spend()]).toEqual([null, null, null, 60])
  clock = 59_000
  expect(spend()).toBe(1)
  clock = 60_001
  expect(spend()).toBeNull()
  expect(rates.spend('agent', 'a', 1e6)).toBeNull()
})

test('what many replicas add at once is all there', async () => {
  const add = (key: string) => addToRates([{ key, points: 2, seconds: 60 }])
  await Promise.all(Array.from({ length: 40 }, (_, at) => add(at % 2 ? 'a' : 'b')))
  const rows = await database().rateCount.findMany({ orderBy: { key: 'asc' } })
  expect(rows.map(({ key, points }) => [key, points])).toEqual([
    ['a', 40],
    ['b', 40],
  ])
})

test('ten thousand addresses are remembered, and no more', async () => {
  const rates = countRates({ address: 2, agent: 0 })
  for (let at = 0; at < 30_000; at += 1) rates.spend('address', `a${at}`, 2)
  expect(rates.spend('address', 'a29999')).not.toBeNull()
  expect(rates.spend('address', 'a20000')).not.toBeNull()
  expect(rates.spend('address', 'a19999')).toBeNull()
})
