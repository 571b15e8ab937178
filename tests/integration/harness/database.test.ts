import { afterEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'

const opened: FreshDatabase[] = []
const open = async () => {
  const fresh = await freshDatabase()
  opened.push(fresh)
  return fresh
}

afterEach(async () => {
  for (const fresh of opened.splice(0)) await fresh.dispose()
})

describe('a fresh database', () => {
  test('is migrated and reached by both drivers of lib/data', async () => {
    await open()
    const { rows } = await pool().query(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(await database().tenant.count()).toBe(0)
  })

  test('knows nothing of the one before it', async () => {
    await open()
    await pool().query('CREATE TABLE left_behind (id int)')
    await open()
    const { rows } = await pool().query(`SELECT to_regclass('left_behind') AS found`)
    expect(rows).toEqual([{ found: null }])
  })

  test('says which backend it is', async () => {
    const { backend, env } = await open()
    expect(backend).toBe(process.env.TEST_BACKEND ?? 'postgres')
    expect(env.COUNTERSIGN_EMBEDDED).toBe(backend === 'embedded' ? '1' : '0')
    const { rows } = await pool().query('SHOW server_version_num')
    expect(Number(rows[0]?.server_version_num)).toBeGreaterThanOrEqual(150000)
  })
})
