import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import { listenToTrail } from '@/lib/data/trail-head'
import { type OwnServer, ownServer } from '@/tests/harness/served'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let server: OwnServer
beforeAll(async () => {
  server = await ownServer()
  await server.kill()
  writeFileSync(join(server.folder, 'data', 'standby.signal'), '')
  await server.start()
})
afterAll(() => server.stop())

const countOthers = async () => {
  const { rows } = await pool().query<{ count: string }>(
    `select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  return Number(rows[0]?.count)
}

test('a standby lets nobody listen, and no connection that tried stays open', async () => {
  for (let at = 0; at < 3; at += 1)
    await expect(
      listenToTrail(
        () => {},
        () => {},
      ),
    ).rejects.toThrow('during recovery')
  await expect.poll(countOthers, { timeout: 10_000 }).toBe(0)
})
