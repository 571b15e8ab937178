import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { checkReadiness } from '@/lib/usecases/health/check-readiness'
import { SECRET, serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { watchLateness } from '@/tests/harness/lateness'
import { freePort } from '@/tests/harness/ports.mjs'
import { startRelay } from '@/tests/harness/relay'
import { startAuthority } from '@/tests/harness/server-process'
import { buildWorld } from '@/tests/harness/world'

let db: FreshDatabase
let authority: TestAuthority
beforeAll(async () => {
  db = await freshDatabase()
  await buildWorld()
  authority = await serveAuthority()
})
afterAll(async () => {
  await authority.close()
  await db.dispose()
})

const ask = async () => {
  const answer = await fetch(`${authority.issuer}/readyz`)
  return { status: answer.status, cache: answer.headers.get('cache-control'), body: await answer.json() }
}

const missing = (part: string, says: string) => ({
  status: 503,
  body: { status: 'not ready', missing: [{ part, says }] },
})

describe('readiness', () => {
  beforeEach(async () => {
    const isReady = { status: 200, body: { status: 'ready' }, cache: 'no-store' }
    await expect.poll(ask, { timeout: 60_000, interval: 100 }).toMatchObject(isReady)
  })

  test('names a policy set that is not in force', async () => {
    const inForce = await database().policyInForce.findFirstOrThrow()
    await database().policyInForce.deleteMany()
    expect(await ask()).toMatchObject(missing('policy', 'No policy set is in force, or it does not load.'))
    await database().policyInForce.create({ data: inForce })
  })

  test('names a signing key that is not there', async () => {
    await database().signingKey.updateMany({ where: { state: 'active' }, data: { state: 'old' } })
    expect(await ask()).toMatchObject(missing('key', expect.stringContaining('no active signing key')))
    const [old] = await database().signingKey.findMany({ where: { state: 'old' } })
    await database().signingKey.update({ where: { kid: old?.kid ?? '' }, data: { state: 'active' } })
  })

  test('names a signing key that another secret sealed, and logs why without the secret', async () => {
    const { missing: parts, faults } = await checkReadiness('another secret, long enough for anybody')
    expect(parts.map(({ part }) => part)).toEqual(['key'])
    expect(String(faults[0])).not.toContain('another secret')
    expect(String(faults[0])).not.toContain(SECRET)
  })

  test('names a migration that is not applied, and lives with one of a newer version', async () => {
    const applied = 'update _prisma_migrations set finished_at = $1 where migration_name like $2'
    await pool().query(applied, [null, '%_first'])
    expect(await ask()).toMatchObject(
      missing('schema', 'The database lacks migrations that this version needs.'),
    )
    await pool().query(applied, [new Date(), '%_first'])
    await pool().query(
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ('newer', '', '20991231000000_newer', now(), 1)`,
    )
    await expect.poll(ask, { timeout: 60_000, interval: 100 }).toMatchObject({ status: 200 })
  })
})

test('a process says at once when its database stops, and is back within 5 s of its start', {
  timeout: 180_000,
}, async () => {
  const relay = await startRelay(db.url)
  const port = await freePort()
  const env = { ...db.env, DATABASE_URL: relay.url, COUNTERSIGN_SECRET: SECRET }
  const server = await startAuthority(port, env)
  const url = `http://127.0.0.1:${port}`
  const status = async () => (await fetch(`${url}/readyz`)).status
  await expect.poll(status, { timeout: 60_000, interval: 100 }).toBe(200)
  await relay.stop()
  const lateness = watchLateness()
  const asked = performance.now()
  const answer = await fetch(`${url}/readyz`)
  expect(performance.now() - asked).toBeLessThan(lateness.allow(2000))
  lateness.stop()
  expect({ status: answer.status, body: await answer.json() }).toEqual(
    missing('database', 'The database does not answer.'),
  )
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  await relay.start()
  const started = performance.now()
  // How long after the start it was last asked and was not ready: a busy machine only asks later.
  let lastNotReady = 0
  const readyNow = async () => {
    const at = performance.now() - started
    const said = await status()
    if (said !== 200) lastNotReady = at
    return said
  }
  await expect.poll(readyNow, { timeout: 60_000, interval: 100 }).toBe(200)
  expect(lastNotReady).toBeLessThan(5000)
  expect(await server.end()).toBe(0)
  await relay.stop()
  const faults = server.lines().filter(({ msg }) => msg === 'fault')
  expect(faults.length).toBeGreaterThan(0)
})
