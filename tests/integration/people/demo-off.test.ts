import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { setUp } from '@/lib/ops/setup'
import { findLiveSignIn } from '@/lib/usecases/facts/live-sign-in'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase

beforeAll(async () => {
  process.env.COUNTERSIGN_DEMO = '0'
  db = await freshDatabase()
  await demoWorld()
})
afterAll(() => db.dispose())

describe('a database of demo mode, with demo mode off', () => {
  test('has no sign-in that works', async () => {
    const { signInId } = yes(await signInAsPersona('administrator', {}))
    expect(await findSignedIn(signInId, await databaseNow())).toMatchObject({ method: 'demo', lacks: null })
    expect(await findLiveSignIn(signInId)).toBeNull()
  })

  test('is not set up, and says why', async () => {
    const tenants = async () => (await pool().query('select slug from tenant order by slug')).rows
    const before = await tenants()
    await expect(setUp('https://console.example')).rejects.toThrow(
      'This database holds the people of demo mode. Start with an empty database, or in demo mode with COUNTERSIGN_DEMO=1.',
    )
    expect(await tenants()).toEqual(before)
  })
})
