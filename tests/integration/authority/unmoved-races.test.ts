import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { justBefore } from '@/tests/harness/just-before'
import { buildWorld, setup, type TestWorld } from '@/tests/harness/world'
import { askFor, CHANGES, changing, lateIssues, lotsOf } from './race-world'

const ROUNDS = Number(process.env.RACE_ROUNDS ?? 16)
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 1500, hookTimeout: 180_000 })

let db: FreshDatabase
let world: TestWorld
beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  await ensureSigningKeys(SECRET, setup)
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => db.dispose())

const WRITE = 'append_unmoved'

/** A grant that was issued under a moment ago, so that nothing of it is read again. */
async function knownLot() {
  const [lot] = await lotsOf(world, 1)
  if (!lot) throw new Error('There is no lot.')
  expect(await askFor(lot)).toBe(true)
  return lot
}

const issuedUnder = async (grant: string): Promise<number> => {
  const { rows } = await pool().query('select count(*)::int as n from credential where grant_id = $1', [
    grant,
  ])
  return rows[0].n
}

describe('A18, on what is known already: nothing is issued after', () => {
  test.each(Object.keys(CHANGES))('%s, at the last moment', async (name) => {
    const lot = await knownLot()
    const wasAsked = vi.fn(() => changing(name)(lot))
    justBefore(WRITE, wasAsked)
    expect(await askFor(lot)).toBe(false)
    expect(wasAsked).toHaveBeenCalledOnce()
    expect([await issuedUnder(lot.grant), await lateIssues()]).toEqual([1, []])
  })

  test.each(Object.keys(CHANGES))(`%s, at any moment, ${ROUNDS} rounds`, async (name) => {
    let issued = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const lot = await knownLot()
      const asks = Array.from({ length: 4 }, async (_, at) => {
        for (let turn = 0; turn < at; turn += 1) await pool().query('select 1')
        return askFor(lot).catch(() => false)
      })
      const change = async () => {
        for (let turn = 0; turn < round % 8; turn += 1) await pool().query('select 1')
        return changing(name)(lot)
      }
      const [all] = await Promise.all([Promise.all(asks), change()])
      issued += all.filter(Boolean).length
    }
    expect(await lateIssues()).toEqual([])
    expect(issued).toBeGreaterThan(0)
    expect(issued).toBeLessThan(4 * ROUNDS)
  })
})

test('what changes beside it keeps nothing from being issued, and is not waited for twice', async () => {
  const [lot, other] = [await knownLot(), await knownLot()]
  justBefore(WRITE, () => changing('the grant revoked')(other))
  expect(await askFor(lot)).toBe(true)
  expect(await issuedUnder(lot.grant)).toBe(2)
})

test('none of them waited for another that waited for it', async () => {
  const { rows } = await pool().query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  expect(rows).toEqual([{ deadlocks: 0 }])
})
