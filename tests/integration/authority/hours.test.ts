import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { ensureSigningKeys } from '@/lib/usecases/credentials/ensure-signing-keys'
import { afterReading } from '@/tests/harness/after-reading'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { activate, buildWorld, setup, type TestWorld } from '@/tests/harness/world'
import { askFor, lotsOf } from './race-world'

const FACTS = 'select g.id, clock_timestamp() as now'
const AT_WORK = `@id("at-work") @says("Only while people are at work.")
  forbid (principal, action, resource) unless { context.workingHours };`

let db: FreshDatabase
let world: TestWorld
beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  await ensureSigningKeys(SECRET, setup)
  const text = readDefaultPolicySet('policies')
  await activate({ ...text, policies: [...text.policies, { name: '40-hours.cedar', text: AT_WORK }] })
})
afterAll(() => db.dispose())

/** Whoever works all day on all days works now; whoever works on none never does. */
const workOn = (days: string) => () =>
  pool().query(
    `update tenant set work_days = $1::int[], work_from = 0, work_until = 24, hours_rev = hours_rev + 1`,
    [days],
  )
const everyDay = workOn('{1,2,3,4,5,6,7}')
const onNoDay = workOn('{}')

async function aLot() {
  const [lot] = await lotsOf(world, 1)
  if (!lot) throw new Error('There is no lot.')
  return lot
}

/** Why the newest issue that was refused was. */
async function lastRefusal() {
  const { rows } = await pool().query(
    `select entry::json -> 'data' ->> 'reason' as reason, policy_ids from trail_event
      where type = 'credential.refused' order by leaf desc limit 1`,
  )
  return rows[0]
}

describe('other working hours', () => {
  beforeEach(everyDay)

  test('are seen by the next issue, whatever policy answered a moment ago', async () => {
    const lot = await aLot()
    expect([await askFor(lot), await askFor(lot)]).toEqual([true, true])
    await onNoDay()
    expect(await askFor(lot)).toBe(false)
    await everyDay()
    expect(await askFor(lot)).toBe(true)
  })

  test('that come while an issue is under way have policy asked again', async () => {
    const lot = await aLot()
    afterReading(FACTS, onNoDay)
    expect(await askFor(lot)).toBe(false)
    expect(await lastRefusal()).toEqual({ reason: 'policy_refused', policy_ids: ['at-work'] })
    await everyDay()
    afterReading(FACTS, everyDay)
    expect(await askFor(lot)).toBe(true)
  })
})
