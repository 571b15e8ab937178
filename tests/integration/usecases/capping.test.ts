import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor
let second: Actor

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  second = await demo.actor('second-approver')
})
afterAll(() => db.dispose())

const ALL = ['secret:read', 'secret:rotate', 'ticket:read']
const less = (durationMinutes: number, ...actions: string[]) => ({
  scopeIds: actions.map((action) => demo.scopeId(action)),
  durationMinutes,
})

// Two of Security sign it.
const fileTwo = () => demo.file('rotate-a-production-secret', requester, less(20, ...ALL))

const lastEvent = async (id: RequestId, type: string) => {
  const { rows } = await pool().query(
    `select entry::json->'data' as data from trail_event where request_id = $1 and type = $2
     order by leaf desc limit 1`,
    [id, type],
  )
  return rows[0]
}

describe('capping the uses', () => {
  const capped = (uses: number | undefined, ...actions: string[]) => ({ ...less(20, ...actions), uses })
  const usesOf = async (id: RequestId) => {
    const { grant, approvals } = await demo.read(id)
    return [grant?.uses, grant?.usesLeft, ...approvals.map(({ preimage }) => JSON.parse(preimage).uses)]
  }

  test('grants the smallest of what was signed, and says so in the trail', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id, capped(5, ...ALL)))
    expect((await lastEvent(id, 'approval.signed')).data.uses).toEqual({ before: null, after: 5 })
    yes(await demo.approve(second, id, capped(2, ...ALL)))
    expect(await usesOf(id)).toEqual([2, 2, 5, 2])
    expect((await lastEvent(id, 'grant.opened')).data.uses).toBe(2)
  })

  test('stands for whoever signs what is left', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id, capped(5, ...ALL)))
    expect(no(await demo.approve(second, id, capped(6, ...ALL)))).toBe('beyond_asked')
    yes(await demo.approve(second, id))
    expect(await usesOf(id)).toEqual([5, 5, 5, 5])
  })

  test('is refused where nobody would count', async () => {
    const id = await fileTwo()
    expect(no(await demo.approve(approver, id, capped(2, 'ticket:read')))).toBe('uses_not_counted')
  })

  test('is not there when nobody capped', async () => {
    const id = await fileTwo()
    yes(await demo.approve(approver, id))
    yes(await demo.approve(second, id))
    expect(await usesOf(id)).toEqual([null, null, null, null])
  })
})
