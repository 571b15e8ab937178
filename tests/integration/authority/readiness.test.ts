import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { checkReadiness } from '@/lib/usecases/health/check-readiness'
import { SECRET, serveAuthority, type TestAuthority } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
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
    expect(await ask()).toMatchObject({ status: 200, body: { status: 'ready' }, cache: 'no-store' })
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
    expect((await ask()).status).toBe(200)
  })
})
