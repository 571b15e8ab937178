import { afterAll, beforeAll, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.dispose())

const BACKEND = 'select pg_backend_pid() as pid'

test('reads of one turn are answered by one connection, and Prisma’s among themselves', async () => {
  const plain = await Promise.all(Array.from({ length: 6 }, () => pool().query<{ pid: number }>(BACKEND)))
  expect(new Set(plain.map(({ rows }) => rows[0]?.pid)).size).toBe(1)
  const ours = await Promise.all(
    Array.from({ length: 6 }, () => database().$queryRawUnsafe<{ pid: number }[]>(BACKEND)),
  )
  expect(new Set(ours.map(([row]) => row?.pid)).size).toBe(1)
})

test('a read that fails takes no other with it', async () => {
  const found = await Promise.allSettled([
    pool().query('select 1 as one'),
    pool().query('select 1 / 0'),
    pool().query('select nothing from nowhere'),
    database().tenant.count(),
  ])
  expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
})

test('what waits for a lock holds up no read', async () => {
  const holder = await pool().connect()
  await holder.query('begin')
  await holder.query('update trail_head set next_leaf = next_leaf')
  const waits = pool().query('update trail_head set next_leaf = next_leaf')
  const { rows } = await pool().query<{ one: number }>('select 1 as one')
  expect(rows).toEqual([{ one: 1 }])
  await holder.query('rollback')
  holder.release()
  await waits
})

test('a statement that is asked again and again is planned once, and answers as before', async () => {
  const asked = (at: number) => pool().query<{ twice: number }>('select $1::int * 2 as twice', [at])
  for (let at = 0; at < 20; at += 1) expect((await asked(at)).rows).toEqual([{ twice: 2 * at }])
  const { rows } = await pool().query<{ n: number }>(
    `select count(*)::int as n from pg_prepared_statements where statement = 'select $1::int * 2 as twice'`,
  )
  expect(rows[0]?.n).toBe(1)
})

test('no statement is compiled', async () => {
  const { rows } = await pool().query<{ jit: string }>(`select current_setting('jit') as jit`)
  expect(rows).toEqual([{ jit: 'off' }])
})
