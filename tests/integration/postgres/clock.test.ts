import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { introspect, makeAgent, refusalOf, type TestAgent } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type AuthorityProcess, authorityProcess } from '@/tests/harness/served'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// F5: the clock of a machine jumps. The database's clock decides.

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const PRELOAD = ['--import', './tests/harness/shifted-clock.mjs']

let db: FreshDatabase
let world: TestWorld
beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
})
afterAll(() => db.dispose())

const seconds = (date: Date) => date.getTime() / 1000

/** By how much the clock of a process is wrong, as its newest line has it. */
function wrongBySeconds(authority: AuthorityProcess): number {
  // What stands after the last end of a line is still on its way.
  const line = authority.output().split('\n').at(-2) ?? '{}'
  return (Date.parse(JSON.parse(line).time) - Date.now()) / 1000
}

/** Issues, ends and refuses, all of it by the database’s clock. */
async function expectDatabaseClock(agent: TestAgent, issuer: string) {
  const live = await grantTask(world, { seconds: 1800 })
  const mandate = await agent.mandateOf(live.grantId)
  const before = seconds(await databaseNow())
  const { access_token: token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const { iat = 0, exp = 0 } = decodeJwt(token)
  expect(iat).toBeGreaterThanOrEqual(Math.floor(before))
  expect(iat).toBeLessThanOrEqual(seconds(await databaseNow()))
  expect(exp - iat).toBe(300)
  const question = { as: 'tickets', identifier: SERVERS.tickets, token } as const
  expect(await introspect(world, issuer, question)).toMatchObject({ active: true })
  const past = new Date((await databaseNow()).getTime() - 1000)
  await database().grant.update({ where: { id: live.grantId }, data: { expires: past } })
  const refused = await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets }))
  expect(refused).toMatchObject({ status: 400, reason: 'grant_expired' })
  expect(await introspect(world, issuer, question)).toEqual({ active: false })
  const [newest] = await database().trailEvent.findMany({ orderBy: { leaf: 'desc' }, take: 1 })
  expect(Math.abs(seconds(newest?.at ?? new Date(0)) - seconds(await databaseNow()))).toBeLessThan(60)
}

describe('an authority whose clock is wrong by', () => {
  for (const [shift, words] of [
    [3600, 'an hour ahead'],
    [-3600, 'an hour behind'],
  ] as const)
    test(`${words} issues, ends and refuses by the database’s clock`, async () => {
      const env = { SHIFT_SECONDS: String(shift) }
      const authority = await authorityProcess(db.url, { nodeArgs: PRELOAD, env })
      expect(Math.abs(wrongBySeconds(authority) - shift)).toBeLessThan(60)
      await expectDatabaseClock(await makeAgent(world, authority.issuer), authority.issuer)
      await authority.stop()
    })

  test('an hour hands out nonces that it takes', async () => {
    const env = { SHIFT_SECONDS: '3600', COUNTERSIGN_DPOP_NONCE: '1' }
    const authority = await authorityProcess(db.url, { nodeArgs: PRELOAD, env })
    const agent = await makeAgent(world, authority.issuer)
    expect(await refusalOf(agent.ownToken())).toMatchObject({ error: 'use_dpop_nonce' })
    expect(await agent.ownToken()).toBeTruthy()
    await authority.stop()
  })
})

describe('an authority whose clock jumps while it runs', () => {
  for (const [jump, words] of [
    [3600, 'an hour on'],
    [-3600, 'an hour back'],
  ] as const)
    test(`${words}, and then right again, goes on by the database’s clock`, async () => {
      const env = { JUMP_SECONDS: String(jump) }
      const authority = await authorityProcess(db.url, { nodeArgs: PRELOAD, env })
      const agent = await makeAgent(world, authority.issuer)
      const isWrongBy = async () => {
        await fetch(`${authority.issuer}/healthz`)
        // Plus nothing: a clock that is right by rounding is 0, never -0.
        return Math.round(wrongBySeconds(authority) / 600) * 600 + 0
      }
      await expectDatabaseClock(agent, authority.issuer)
      const held = await agent.mandateOf((await grantTask(world, { seconds: 1800 })).grantId)
      const { access_token: token } = await agent.exchange({ mandate: held, resource: SERVERS.tickets })
      const question = { as: 'tickets', identifier: SERVERS.tickets, token } as const
      for (const wrongBy of [jump, 0]) {
        authority.child.kill('SIGUSR2')
        await expect.poll(isWrongBy, { timeout: 60_000 }).toBe(wrongBy)
        // What was given before is neither over nor longer.
        expect(await introspect(world, authority.issuer, question)).toMatchObject({ active: true })
        await agent.exchange({ mandate: held, resource: SERVERS.tickets })
        await expectDatabaseClock(agent, authority.issuer)
      }
      expect(await authority.stop()).toBe(0)
    })
})
