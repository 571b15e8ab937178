import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { findVisibleGrant } from '@/lib/data/grants'
import { findVisibleRequest, listVisibleRequests } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { GrantId, type RequestId } from '@/lib/domain/ids'
import { Persona } from '@/lib/domain/personas'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
})
afterAll(() => db.dispose())

const grantOf = async (id: RequestId) => (await demo.read(id)).grant?.id ?? ''

/** As an agent leaves it, before or after its human has said yes. */
async function makeProposal(id: RequestId, under: string, { confirmed }: { confirmed: boolean }) {
  await pool().query(
    `update request set proposed_under = $2, decision_ids = case when $3 then decision_ids else '{}' end where id = $1`,
    [id, under, confirmed],
  )
}

test('one request is found by exactly those who find it in their list', async () => {
  const [requester, approver] = [await demo.actor('requester'), await demo.actor('approver')]
  const live = await demo.file('summarise-a-ticket', requester)
  const under = await grantOf(live)
  const waiting = await demo.file('resolve-a-refund-ticket', requester)
  const signed = await demo.file('rotate-a-production-secret', requester)
  yes(await demo.approve(approver, signed))
  const approvers = await demo.file('summarise-a-ticket', approver)
  const proposed = await demo.file('resolve-a-refund-ticket', requester)
  await makeProposal(proposed, under, { confirmed: false })
  const confirmed = await demo.file('resolve-a-refund-ticket', requester)
  await makeProposal(confirmed, under, { confirmed: true })
  const all = [live, waiting, signed, approvers, proposed, confirmed]

  const seen = new Map<string, boolean[]>()
  for (const persona of Persona.options) {
    const actor: Actor = await demo.actor(persona)
    const listed = await listVisibleRequests(actor, {}, { now: await databaseNow(), take: 100 })
    const byList = all.map((id) => listed.some((request) => request.id === id))
    const one = await Promise.all(all.map((id) => findVisibleRequest(actor, id)))
    expect(
      one.map((request) => request !== null),
      persona,
    ).toEqual(byList)
    seen.set(persona, byList)
    const grant = await findVisibleGrant(actor, GrantId.parse(under))
    expect(grant?.request.id, persona).toBe(byList[0] ? live : undefined)
  }
  expect(seen.get('requester')).toEqual([true, true, true, false, true, true])
  expect(seen.get('approver')).toEqual([false, true, true, true, false, true])
  expect(seen.get('compliance-officer')).toEqual([true, true, true, true, true, true])
})
