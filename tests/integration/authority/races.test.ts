import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commit } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { putInForce } from '@/lib/data/policy-sets'
import type { TrailEvent } from '@/lib/domain/events'
import type { PolicySetVersion } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { policyText, yes } from '@/tests/harness/demo'
import { persistently } from '@/tests/harness/persistently'
import { EMPTY_TRAIL, readOn } from '@/tests/harness/trail'
import { activate, buildWorld, setup, type TestWorld } from '@/tests/harness/world'
import { askFor, CHANGES, type Change, changing, type Lot, lateIssues, lotsOf } from './race-world'

// A18 is 1,000 rounds of each kind as a whole; the usual run makes fewer, so that it takes seconds.
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 40)
const SIDE_BY_SIDE = 10
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 1500, hookTimeout: 180_000 })

let db: FreshDatabase
let world: TestWorld
beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  await ensureSigningKeys(SECRET, setup)
})
afterAll(() => db.dispose())

const answered = (ask: Promise<boolean>) => ask.catch(() => false)

/** How long exchanges take side by side when nothing changes: a race in which one side is always first is none. */
async function usualMs(): Promise<number> {
  const lots = await lotsOf(world, SIDE_BY_SIDE)
  const begun = performance.now()
  await Promise.all(lots.flatMap((lot) => [answered(askFor(lot)), answered(askFor(lot))]))
  return performance.now() - begun
}

/** Lets this much time pass in turns of the database. */
async function turnsFor(ms: number): Promise<void> {
  for (const begun = performance.now(); performance.now() - begun < ms; ) await pool().query('select 1')
}

/** From before anything is issued to when much is: a change is early, amidst it, or late. */
const partOf = (usual: number, n: number) => (usual * (n % 8)) / 6

/** Each eighth change waits for the first ask and races the second: something is issued on any machine. */
const isAfterFirst = (n: number) => n % 8 === 7

async function raceOf(lot: Lot, change: Change, usual: number, n: number): Promise<number> {
  // The very first change is there before anybody asks: something comes too late on any machine.
  if (n === 0) await change(lot)
  const asks = [answered(askFor(lot)), answered(askFor(lot))]
  const begun = isAfterFirst(n) ? asks[0] : turnsFor(partOf(usual, n))
  const changed = n === 0 ? null : Promise.resolve(begun).then(() => change(lot))
  const [issued] = await Promise.all([Promise.all(asks), changed])
  return issued.filter(Boolean).length
}

async function raceAll(change: Change): Promise<number> {
  const usual = await usualMs()
  let issued = 0
  for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE) {
    const lots = await lotsOf(world, Math.min(SIDE_BY_SIDE, ROUNDS - round))
    const counts = await Promise.all(lots.map((lot, n) => raceOf(lot, change, usual, round + n)))
    issued += counts.reduce((sum, count) => sum + count, 0)
  }
  return issued
}

describe('A18: nothing is issued after', () => {
  test.each(Object.keys(CHANGES))(`%s, ${ROUNDS} rounds`, async (name) => {
    const issued = await raceAll(changing(name))
    expect(await lateIssues()).toEqual([])
    expect(issued).toBeGreaterThan(0)
    expect(issued).toBeLessThan(2 * ROUNDS)
  })

  // What was decided with a set that was not in force any more when it was written.
  const STALE = `select i.leaf from trail_event i join decision d on d.id = any(i.decision_ids)
    where i.type = 'credential.issued' and d.policy_set <> (
      select p.entry::json -> 'data' ->> 'version' from trail_event p
      where p.type = 'policy.activated' and p.leaf < i.leaf order by p.leaf desc limit 1)`

  test(`another policy set in force, ${ROUNDS} rounds`, async () => {
    const text = policyText()
    const forbid = '@id("nothing-today")\n@says("Nothing is given.")\nforbid (principal, action, resource);\n'
    const policies = [...text.policies, { name: '99-today.cedar', text: forbid }]
    const strict = yes(await activate({ ...text, policies })).version
    const usual = yes(await activate(text)).version
    const put = async (version: PolicySetVersion) => {
      const event: TrailEvent = { type: 'policy.activated', outcome: 'done', data: { version } }
      yes(
        await persistently(() =>
          commit(setup, done(null, event), (tx) => putInForce(tx, version, new Date())),
        ),
      )
    }
    const usually = await usualMs()
    let issued = 0
    for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE) {
      const lots = await lotsOf(world, Math.min(SIDE_BY_SIDE, ROUNDS - round))
      // In the first round it is in force before anybody asks.
      if (round === 0) await put(strict)
      const asks = lots.map((lot) => answered(askFor(lot)))
      await turnsFor(partOf(usually, round / SIDE_BY_SIDE))
      if (round > 0) await put(strict)
      issued += (await Promise.all(asks)).filter(Boolean).length
      await put(usual)
    }
    expect((await pool().query(STALE)).rows).toEqual([])
    expect(issued).toBeLessThan(ROUNDS)
    await readOn(EMPTY_TRAIL)
  })
})
