import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { listDeciding, listMutualApprovals } from '@/lib/data/deciding'
import { readInbox } from '@/lib/data/inbox'
import type { Actor } from '@/lib/domain/access'
import { decidingFlags, MUTUAL_APPROVALS } from '@/lib/domain/deciding'
import { INBOX_ROWS, WHOLE_INBOX } from '@/lib/domain/inbox'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

const MOST = 6

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let second: Actor
let administrator: Actor
let approver: Actor

beforeAll(async () => {
  process.env.COUNTERSIGN_FILING_LIMIT = String(MOST)
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  second = await demo.actor('second-approver')
  administrator = await demo.actor('administrator')
  approver = await demo.actor('approver')
})
afterAll(() => db.dispose())

const submit = (
  by: Actor,
  template: 'summarise-a-ticket' | 'rotate-a-production-secret' = 'summarise-a-ticket',
) => submitRequest(by, actOf(by), demo.form(template))

const forget = () => database().rateCount.deleteMany()

test('A01: one agent past its quota is refused, with a time and a trace, and another agent is not', async () => {
  for (let filed = 0; filed < MOST; filed += 1) yes(await submit(requester))
  const refused = await submit(requester)
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'quota_reached' } })
  expect(!refused.ok && refused.refusal.says).toMatch(
    /^6 requests were filed for this agent in an hour, and no more are taken\. Try again in (59|60) minutes\.$/,
  )
  const { rows } = await pool().query(
    `select human_id, agent_id, entry::jsonb -> 'data' ->> 'of' as of from trail_event where type = 'act.refused'`,
  )
  expect(rows).toEqual([{ human_id: requester.personId, agent_id: expect.any(String), of: 'agent' }])
  // Nobody else files for that agent either; the person has used up their own.
  expect(await submit(second)).toMatchObject({ refusal: { code: 'quota_reached' } })
  expect(await submit(requester, 'rotate-a-production-secret')).toMatchObject({
    refusal: { says: expect.stringContaining('were filed by you in an hour') },
  })
  yes(await submit(administrator, 'rotate-a-production-secret'))
})

test('A01: the hour counts by the database clock', async () => {
  await pool().query(`update rate_count set expires = clock_timestamp() - interval '1 second'`)
  yes(await submit(requester))
})

test('A01: 20 at once take what is left and no more', async () => {
  await forget()
  const before = await database().request.count()
  const all = await Promise.all(Array.from({ length: 20 }, () => submit(requester)))
  const filed = all.filter(({ ok }) => ok).length
  expect(filed).toBe(MOST)
  expect(await database().request.count()).toBe(before + MOST)
  for (const one of all) if (!one.ok) expect(one.refusal.code).toBe('quota_reached')
})

/** The same request again and again, as if its agent had gone on. */
async function copy(id: string, times: number): Promise<void> {
  const again = (table: string, member: string) =>
    pool().query(
      `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('${member}', 'R-AGA' || n))).*
       from ${table} t, generate_series(1000, 1000 + $2::int - 1) n where t.${member} = $1`,
      [id, times],
    )
  await again('request', 'id')
  await again('request_scope', 'request_id')
}

test('A01: a flood of one agent is one group and hides nobody else’s request', async () => {
  await database().request.updateMany({ where: { state: 'awaiting' }, data: { state: 'withdrawn' } })
  await forget()
  await copy(await demo.file('rotate-a-production-secret', requester), 52)
  const late = await demo.file('resolve-a-refund-ticket', requester)
  const now = await databaseNow()
  const { rows, crowds } = await readInbox(approver, { now, query: WHOLE_INBOX })
  expect(rows.map(({ id }) => id)).toEqual([late])
  expect(crowds).toEqual([{ agent: 'secret-rotator', count: 53, sensitivity: 3 }])
  // Its own requests stand behind it, a page at a time.
  const query = { ...WHOLE_INBOX, agent: 'secret-rotator' }
  const ids = new Set<string>()
  for (let after: string | null = ''; after !== null; ) {
    const page = await readInbox(approver, { now, query: { ...query, after } })
    expect(page.rows.length).toBeLessThanOrEqual(INBOX_ROWS)
    for (const { id } of page.rows) ids.add(id)
    after = page.next
  }
  expect(ids.size).toBe(53)
})

test('A01: how long approvers look before they sign is known, and signing at once is flagged', async () => {
  await database().request.updateMany({ where: { state: 'awaiting' }, data: { state: 'withdrawn' } })
  await forget()
  for (let signed = 0; signed < 3; signed += 1)
    yes(await demo.approve(approver, await demo.file('resolve-a-refund-ticket', requester)))
  const slow = await demo.file('resolve-a-refund-ticket', requester)
  yes(await demo.approve(second, slow))
  await pool().query(`update approval set prepared = signed - interval '40 seconds' where request_id = $1`, [
    slow,
  ])
  // However long this machine took.
  await pool().query(`update approval set prepared = signed - interval '1 second' where person_id = $1`, [
    approver.personId,
  ])
  const [quick, careful] = await listDeciding(approver.tenantId)
  expect(quick).toMatchObject({ personId: approver.personId, decisions: 3, busiest: 3 })
  expect(quick && decidingFlags(quick)).toEqual(['Decides in under 2 s'])
  expect(careful).toMatchObject({ personId: second.personId, decisions: 1, medianSeconds: 40 })
  expect(careful && decidingFlags(careful)).toEqual([])
  await pool().query(
    `insert into approval (id, request_id, version, tenant_id, stage, person_id, verdict, nonce, preimage, digest, prepared, signed)
     select 'V-' || n, request_id, n, tenant_id, stage, person_id, verdict, 'nonce ' || n, '', '',
       signed - interval '30 seconds' - n * interval '10 seconds', signed - n * interval '10 seconds'
     from approval, generate_series(2, 40) n where request_id = $1`,
    [slow],
  )
  const busy = (await listDeciding(approver.tenantId)).find(({ personId }) => personId === second.personId)
  expect(busy).toMatchObject({ decisions: 40, medianSeconds: 30 })
  expect(busy && decidingFlags(busy)).toEqual(['40 decisions in 10 minutes'])
})

test('A10: two people who approve each other more than a few times in 30 days are a line of the report', async () => {
  const give = async (from: Actor, to: Actor, times: number) => {
    for (let n = 0; n < times; n += 1) {
      await forget()
      yes(await demo.approve(from, await demo.file('resolve-a-refund-ticket', to)))
    }
  }
  await give(approver, second, MUTUAL_APPROVALS + 1)
  await give(second, approver, MUTUAL_APPROVALS)
  expect(await listMutualApprovals(approver.tenantId)).toEqual([])
  await give(second, approver, 1)
  const [line, ...others] = await listMutualApprovals(approver.tenantId)
  expect(others).toEqual([])
  expect([line?.one, line?.other].sort()).toEqual(['Approver', 'Second approver'])
  expect([line?.byOne, line?.byOther]).toEqual([MUTUAL_APPROVALS + 1, MUTUAL_APPROVALS + 1])
  await pool().query(`update approval set signed = signed - interval '31 days' where person_id = $1`, [
    second.personId,
  ])
  expect(await listMutualApprovals(approver.tenantId)).toEqual([])
})
