import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database } from '@/lib/data/database'
import { introspect, makeAgent, refusalOf } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { authorityProcess } from '@/tests/harness/served'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// F5: the clock of a machine jumps. The database's clock decides.

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const PRELOAD = ['--import', './tests/integration/postgres/toys/shifted-clock.mjs']

let db: FreshDatabase
let world: TestWorld
beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
})
afterAll(() => db.dispose())

const seconds = (date: Date) => date.getTime() / 1000

describe('an authority whose clock is wrong by', () => {
  for (const [shift, words] of [
    [3600, 'an hour ahead'],
    [-3600, 'an hour behind'],
  ] as const)
    test(`${words} issues, ends and refuses by the database’s clock`, async () => {
      const authority = await authorityProcess(db.url, {
        nodeArgs: PRELOAD,
        env: { SHIFT_SECONDS: String(shift) },
      })
      const { time } = JSON.parse(authority.output().split('\n')[0] ?? '{}')
      expect(Math.abs(Date.parse(time) - Date.now() - shift * 1000)).toBeLessThan(60_000)
      const agent = await makeAgent(world, authority.issuer)
      const live = await grantTask(world, { seconds: 1800 })
      const mandate = await agent.mandateOf(live.grantId)
      const before = seconds(await databaseNow())
      const { access_token: token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
      const { iat = 0, exp = 0 } = decodeJwt(token)
      expect(iat).toBeGreaterThanOrEqual(Math.floor(before))
      expect(iat).toBeLessThanOrEqual(seconds(await databaseNow()))
      expect(exp - iat).toBe(300)
      const question = { as: 'tickets', identifier: SERVERS.tickets, token } as const
      expect(await introspect(world, authority.issuer, question)).toMatchObject({ active: true })
      const past = new Date((await databaseNow()).getTime() - 1000)
      await database().grant.update({ where: { id: live.grantId }, data: { expires: past } })
      const refused = await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets }))
      expect(refused).toMatchObject({ status: 400, reason: 'grant_expired' })
      expect(await introspect(world, authority.issuer, question)).toEqual({ active: false })
      const [newest] = await database().trailEvent.findMany({ orderBy: { leaf: 'desc' }, take: 1 })
      expect(Math.abs(seconds(newest?.at ?? new Date(0)) - seconds(await databaseNow()))).toBeLessThan(60)
      await authority.stop()
    })
})
