import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { findIssueFacts } from '@/lib/data/issue-facts'
import type { Actor } from '@/lib/domain/access'
import { DeputyId, type PersonId, type RequestId } from '@/lib/domain/ids'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { endDeputy } from '@/lib/usecases/deputies/end-deputy'
import { NameDeputy, nameDeputy } from '@/lib/usecases/deputies/name-deputy'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { addSomebody, putInForce } from '@/tests/harness/stages'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let away: Actor
let deputy: Actor
let third: Actor
let security: string

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  away = await demo.actor('approver')
  deputy = await demo.actor('second-approver')
  third = await addSomebody(requester.tenantId, 'third', { groups: ['security'] })
  security = (await database().group.findFirstOrThrow({ where: { slug: 'security' } })).id
  await putInForce(
    approvalPolicies(demandOn('secret:read', 'security', '@quorum("2")')),
    new Map([['security', 3]]),
  )
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

afterEach(async () => {
  await database().deputy.updateMany({ where: { ended: null }, data: { ended: new Date() } })
})

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
const name = (by: Actor, other: Actor, from = day(0), until = day(1)) =>
  nameDeputy(by, actOf(by), NameDeputy.parse({ deputy: `${security} ${other.personId}`, from, until }))
const end = (by: Actor, id: string) => endDeputy(by, actOf(by), { deputyshipId: DeputyId.parse(id) })
const file = () => demo.file('resolve-a-refund-ticket', requester)

async function approveFor(by: Actor, requestId: RequestId, deputyFor: PersonId) {
  const shown = await prepareSigning(by, actOf(by), { requestId, verdict: 'approve', deputyFor })
  if (!shown.ok) return shown
  const { nonce, digest } = shown.value
  return approveRequest(by, actOf(by), { requestId, nonce, digest, deputyFor })
}

test('a deputy signs for a person in their group, on their days, and both stand in the signature', async () => {
  const id = await file()
  expect(no(await approveFor(deputy, id, away.personId))).toBe('not_deputy')
  const { id: deputyship } = yes(await name(away, deputy))
  yes(await approveFor(deputy, id, away.personId))
  const [vote] = (await demo.read(id)).approvals
  expect(vote).toMatchObject({
    personId: deputy.personId,
    deputyFor: away.personId,
    deputyForName: 'Approver',
  })
  expect(JSON.parse(vote?.preimage ?? '')).toMatchObject({
    approver: deputy.personId,
    deputyFor: away.personId,
  })
  const { rows } = await pool().query<{ type: string; entry: string }>(
    `select type, entry from trail_event where type in ('deputy.named', 'approval.signed') order by leaf`,
  )
  expect(rows.map(({ type, entry }) => [type, JSON.parse(entry).data])).toEqual([
    ['deputy.named', expect.objectContaining({ deputy: deputy.personId, group: 'security' })],
    ['approval.signed', expect.objectContaining({ deputyFor: away.personId })],
  ])
  // One human, one place: neither of the two takes part in a second signature of this stage.
  expect(no(await demo.approve(deputy, id))).toBe('already_voted')
  expect(no(await demo.approve(away, id))).toBe('already_voted')
  expect(yes(await demo.approve(third, id)).state).toBe('granted')
  const grant = (await demo.read(id)).grant
  const facts = grant && (await findIssueFacts(grant.id))
  expect(
    facts?.memberships.flatMap(({ stage, personId }) => (stage === 'security' ? [personId] : [])).sort(),
  ).toEqual([away.personId, deputy.personId, third.personId].sort())
  yes(await end(away, deputyship))
})

test('what was shown for oneself is not signed for another, nor the other way round', async () => {
  const { id: deputyship } = yes(await name(away, deputy))
  const id = await file()
  const shown = yes(await prepareSigning(deputy, actOf(deputy), { requestId: id, verdict: 'approve' }))
  const swapped = { requestId: id, nonce: shown.nonce, digest: shown.digest, deputyFor: away.personId }
  expect(no(await approveRequest(deputy, actOf(deputy), swapped))).toBe('changed_meanwhile')
  expect((await demo.read(id)).approvals).toEqual([])
  yes(await end(away, deputyship))
})

test('before a deputy signs it is said whether anybody could still fill the stage', async () => {
  const { id: deputyship } = yes(await name(away, deputy))
  const id = await file()
  const roomFor = async (deputyFor?: PersonId) => {
    const asked = { requestId: id, verdict: 'approve' as const, deputyFor }
    return yes(await prepareSigning(deputy, actOf(deputy), asked)).room
  }
  expect(await roomFor()).toEqual({ places: 1, people: 2 })
  expect(await roomFor(away.personId)).toEqual({ places: 1, people: 1 })
  yes(await demo.approve(third, id))
  expect(await roomFor(away.personId)).toEqual({ places: 0, people: 0 })
  const denial = { requestId: id, verdict: 'deny' as const }
  expect(yes(await prepareSigning(deputy, actOf(deputy), denial)).room).toBeNull()
  yes(await end(away, deputyship))
})

test('two who are represented by one deputy fill one place', async () => {
  const ships = [yes(await name(away, deputy)), yes(await name(third, deputy))]
  const id = await file()
  yes(await approveFor(deputy, id, away.personId))
  expect(no(await approveFor(deputy, id, third.personId))).toBe('already_voted')
  expect((await demo.read(id)).state).toBe('awaiting')
  yes(await end(away, ships[0]?.id ?? ''))
  yes(await end(third, ships[1]?.id ?? ''))
})

test('exclusions hold for both: neither the requester’s place nor a requester’s hand', async () => {
  const { id: deputyship } = yes(await name(away, deputy))
  await database().roleHolding.createMany({
    data: [away, deputy].map(({ personId, tenantId }) => ({
      ...{ personId, tenantId, role: 'requester', givenBy: 'setup' },
    })),
    skipDuplicates: true,
  })
  const ofAway = await demo.file('resolve-a-refund-ticket', await demo.actor('approver'))
  expect(no(await approveFor(deputy, ofAway, away.personId))).toBe('represented_excluded')
  const ofDeputy = await demo.file('resolve-a-refund-ticket', await demo.actor('second-approver'))
  expect(no(await approveFor(deputy, ofDeputy, away.personId))).toBe('own_request')
  yes(await end(away, deputyship))
})

test('it is over when its days are, when it is ended, and while either is disabled or out of the group', async () => {
  const { id: deputyship } = yes(await name(away, deputy))
  const id = await file()
  const tryIt = async () => no(await approveFor(deputy, id, away.personId))
  const shown = yes(
    await prepareSigning(deputy, actOf(deputy), {
      requestId: id,
      verdict: 'approve',
      deputyFor: away.personId,
    }),
  )
  await pool().query(`update deputy set until_time = now() - interval '1 second' where id = $1`, [deputyship])
  const { nonce, digest } = shown
  const late = { requestId: id, nonce, digest, deputyFor: away.personId }
  expect(no(await approveRequest(deputy, actOf(deputy), late))).toBe('not_deputy')
  await pool().query(`update deputy set until_time = now() + interval '1 day' where id = $1`, [deputyship])
  await database().person.update({ where: { id: away.personId }, data: { disabled: new Date() } })
  expect(await tryIt()).toBe('not_deputy')
  await database().person.update({ where: { id: away.personId }, data: { disabled: null } })
  // Back in the group after having left it: what was agreed before went with the seat.
  const seat = { groupId_personId: { groupId: security, personId: away.personId } }
  await database().groupMember.update({ where: seat, data: { added: new Date() } })
  expect(await tryIt()).toBe('not_deputy')
  await database().groupMember.update({ where: seat, data: { added: new Date(0) } })
  yes(await end(away, deputyship))
  expect(await tryIt()).toBe('not_deputy')
  expect(no(await end(away, deputyship))).toBe('deputy_over')
})

test('who may be named: an approver of the same group, for at most 90 days, and never in a chain', async () => {
  const outsider = await addSomebody(requester.tenantId, 'outsider', { groups: ['data-owners'] })
  expect(no(await name(away, outsider))).toBe('deputy_elsewhere')
  expect(no(await name(away, away))).toBe('deputy_elsewhere')
  expect(no(await name(outsider, away))).toBe('not_found')
  expect(no(await name(away, deputy, day(3), day(1)))).toBe('deputy_days')
  expect(no(await name(away, deputy, day(-5), day(-3)))).toBe('deputy_days')
  expect(no(await name(away, deputy, day(0), day(91)))).toBe('deputy_days')
  const { id } = yes(await name(away, deputy, day(2), day(4)))
  expect(no(await name(away, third, day(4), day(9)))).toBe('deputy_chain')
  expect(no(await name(deputy, third, day(3), day(3)))).toBe('deputy_chain')
  expect(no(await name(third, away, day(1), day(2)))).toBe('deputy_chain')
  const later = yes(await name(deputy, third, day(5), day(6)))
  yes(await end(away, id))
  yes(await end(deputy, later.id))
})

test('two who name each other at once do not make a chain', async () => {
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all([name(away, deputy), name(deputy, third), name(third, away)])
    const named = answers.filter(({ ok }) => ok)
    expect(named).toHaveLength(1)
    await database().deputy.updateMany({ where: { ended: null }, data: { ended: new Date() } })
  }
})

test('what a deputy signs while it is being ended is signed before the end or not at all', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id: deputyship } = yes(await name(away, deputy))
    const id = await file()
    const [signed, ended] = await Promise.all([approveFor(deputy, id, away.personId), end(away, deputyship)])
    yes(ended)
    const { rows } = await pool().query<{ type: string }>(
      `select type from trail_event where type in ('deputy.ended', 'approval.signed') order by leaf desc limit 2`,
    )
    if (signed.ok) expect(rows.map(({ type }) => type)).toEqual(['deputy.ended', 'approval.signed'])
    else expect(['deputy_over', 'not_deputy']).toContain(no(signed))
  }
})
