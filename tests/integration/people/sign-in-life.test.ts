import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findSignedIn } from '@/lib/data/signed-in'
import { moveIdleEnd } from '@/lib/data/write-sign-ins'
import type { SignInId } from '@/lib/domain/ids'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase

beforeAll(async () => {
  db = await freshDatabase()
  await demoWorld()
})
afterAll(() => db.dispose())

const signIn = async () => yes(await signInAsPersona('requester', {})).signInId
const who = async (id: SignInId) => (await findSignedIn(id, await databaseNow()))?.actor.name
const set = (id: SignInId, column: 'expires' | 'idle_ends', interval: string) =>
  pool().query(`update sign_in set ${column} = now() + $2::interval where id = $1`, [id, interval])
const idleSeconds = async (id: SignInId) => {
  const { rows } = await pool().query<{ seconds: number }>(
    'select extract(epoch from idle_ends - now())::int as seconds from sign_in where id = $1',
    [id],
  )
  return rows[0]?.seconds
}

describe('a sign-in', () => {
  test('stands for its person until its hours are over', async () => {
    const id = await signIn()
    expect(await who(id)).toBe('Requester')
    await set(id, 'expires', '-1 second')
    expect(await who(id)).toBeUndefined()
  })

  test('ends when nobody used it for its idle time', async () => {
    const id = await signIn()
    await set(id, 'idle_ends', '-1 second')
    expect(await who(id)).toBeUndefined()
  })

  test('lives on with use', async () => {
    const id = await signIn()
    await set(id, 'idle_ends', '2 minutes')
    await moveIdleEnd(id, 3600)
    expect(await idleSeconds(id)).toBeGreaterThan(3590)
  })

  test('is not brought back by use after its idle end or after it was ended', async () => {
    const [late, ended] = [await signIn(), await signIn()]
    await set(late, 'idle_ends', '-1 second')
    await pool().query('update sign_in set ended = now() where id = $1', [ended])
    await moveIdleEnd(late, 3600)
    await moveIdleEnd(ended, 3600)
    expect(await who(late)).toBeUndefined()
    expect(await who(ended)).toBeUndefined()
  })
})
