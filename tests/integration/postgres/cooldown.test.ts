import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, GROUPS, no, yes } from '@/tests/harness/demo'
import { atMark } from '@/tests/harness/marks'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { putInForce } from '@/tests/harness/stages'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  await putInForce(approvalPolicies(demandOn('secret:read', 'security', '@cooldown("24h")')), GROUPS)
})
afterAll(() => db.dispose())

const TEMPLATE = 'resolve-a-refund-ticket'
const submit = () => submitRequest(requester, actOf(requester), demo.form(TEMPLATE))

const leafOf = async (id: RequestId, type: string) =>
  (await pool().query('select leaf::int from trail_event where request_id = $1 and type = $2', [id, type]))
    .rows[0]?.leaf as number | undefined

/** Whether some transaction waits for another one's lock now. */
const somebodyWaits = async () =>
  (
    await pool().query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).rows.length > 0

// The embedded database has one transaction at a time: there is nothing to wait for.
test('a denial that closes a window waits for a filing that has looked already, and comes after it', async () => {
  const id = await demo.file(TEMPLATE, requester)
  const shown = { denial: null as Promise<unknown> | null }
  atMark('state', async () => {
    let over = false
    shown.denial = demo.deny(approver, id, 'Not today.').finally(() => {
      over = true
    })
    await expect.poll(async () => over || (await somebodyWaits()), { timeout: 60_000 }).toBe(true)
  })
  const filed = yes(await submit())
  expect(await shown.denial).toMatchObject({ ok: true })
  const [asked, denied] = [await leafOf(filed.id, 'request.filed'), await leafOf(id, 'request.denied')]
  expect(asked).toBeLessThan(denied ?? 0)
  expect(no(await submit())).toBe('asked_again')
})
