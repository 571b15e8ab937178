import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { listDecidable } from '@/lib/data/decidable'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { previewRequest } from '@/lib/usecases/requests/preview-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { noteStageMarks } from '@/lib/usecases/sweep/note-stage-marks'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { addGroup, addSomebody, letPass, putInForce } from '@/tests/harness/stages'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor
let second: Actor
let manager: Actor
const SIZES = new Map([
  ['security', 2],
  ['data-owners', 2],
  ['managers', 1],
])

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  second = await demo.actor('second-approver')
  await addGroup(requester.tenantId, 'managers')
  manager = await addSomebody(requester.tenantId, 'manager', { groups: ['managers'] })
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

const policies = (...demands: string[]) => putInForce(approvalPolicies(demands.join('')), SIZES)
const TEMPLATE = 'resolve-a-refund-ticket'
const file = () => demo.file(TEMPLATE, requester)

const told = async (id: RequestId, ...types: string[]): Promise<Record<string, unknown>[]> => {
  const { rows } = await pool().query<{ type: string; entry: string }>(
    'select type, entry from trail_event where request_id = $1 and type = any($2) order by leaf',
    [id, types],
  )
  return rows.map(({ type, entry }) => ({ type, ...JSON.parse(entry).data }))
}

describe('stages in order', () => {
  beforeEach(() =>
    policies(
      demandOn('secret:read', 'security', '@order("1") @quorum("2")'),
      demandOn('ticket:read', 'data-owners', '@order("2") @quorum("2") @expires("2h")'),
    ),
  )

  test('the second waits for the first, each for two people, and time runs from its opening', async () => {
    const id = await file()
    const names = async () =>
      (await demo.read(id)).stages.map(({ name, opened }) => [name, opened !== undefined])
    expect(await names()).toEqual([
      ['security', true],
      ['data-owners', false],
    ])
    yes(await demo.approve(approver, id))
    expect(no(await demo.approve(approver, id))).toBe('stage_not_open')
    expect(yes(await demo.approve(second, id))).toMatchObject({ stage: 'security', left: 1 })
    const { stages, answerBy } = await demo.read(id)
    expect(stages[1]?.opened).toBeInstanceOf(Date)
    expect(answerBy.getTime()).toBe((stages[1]?.opened?.getTime() ?? 0) + 2 * 3_600_000)
    yes(await demo.approve(approver, id))
    expect(yes(await demo.approve(second, id))).toMatchObject({ state: 'granted', stage: 'data-owners' })
  })

  test('a stage that is not signed in its time ends the request, and the first had more', async () => {
    const id = await file()
    await letPass(id, 180)
    yes(await demo.approve(approver, id))
    yes(await demo.approve(second, id))
    await letPass(id, 119)
    yes(await demo.approve(approver, id))
    await letPass(id, 2)
    expect(no(await demo.approve(second, id))).toBe('not_awaiting')
    await noteExpiries('one')
    expect(await told(id, 'request.lapsed')).toHaveLength(1)
  })
})

test('two parallel stages are open at once and signed in any order', async () => {
  await policies(demandOn('secret:read', 'security'), demandOn('ticket:read', 'data-owners'))
  const of = (group: string) => addSomebody(requester.tenantId, `only ${group}`, { groups: [group] })
  const people = [await of('security'), await of('data-owners')] as const
  for (const [first, last] of [people, [people[1], people[0]]] as const) {
    const id = await file()
    expect((await demo.read(id)).stages.every(({ opened }) => opened)).toBe(true)
    expect(yes(await demo.approve(first, id))).toMatchObject({ state: 'awaiting', left: 1 })
    expect(yes(await demo.approve(last, id)).state).toBe('granted')
  }
  await database().groupMember.deleteMany({
    where: { personId: { in: people.map(({ personId }) => personId) } },
  })
})

describe('escalation', () => {
  beforeEach(() =>
    policies(
      demandOn('secret:read', 'security', '@expires("4h") @escalate("managers") @escalateAfter("3h")'),
    ),
  )

  test('the second group sees it, signs only once it has escalated, and the signature says so', async () => {
    const id = await file()
    expect(await findVisibleRequest(manager, id)).not.toBeNull()
    expect(no(await demo.approve(manager, id))).toBe('not_in_stage')
    const inbox = async () => {
      const { rows } = await pool().query<{ now: Date }>('select now()')
      const found = await listDecidable(manager, rows[0]?.now ?? new Date(), { take: 50 })
      return found.map(({ request }) => request.id)
    }
    expect(await inbox()).not.toContain(id)
    await letPass(id, 181)
    expect(await inbox()).toContain(id)
    expect(yes(await demo.approve(manager, id)).state).toBe('granted')
    const [vote] = (await demo.read(id)).approvals
    expect(vote).toMatchObject({ personId: manager.personId, stage: 'security', escalatedTo: 'managers' })
    expect(JSON.parse(vote?.preimage ?? '')).toMatchObject({ escalatedTo: 'managers', deputyFor: null })
    expect(await told(id, 'approval.signed')).toEqual([expect.objectContaining({ escalatedTo: 'managers' })])
  })

  test('what a second group signed counts no more when its signer has left it', async () => {
    const id = await file()
    await letPass(id, 181)
    await demo.shown(manager, id)
    await database().groupMember.deleteMany({ where: { personId: manager.personId } })
    expect(no(await demo.approve(manager, id))).toBe('not_in_stage')
    const group = await database().group.findFirstOrThrow({ where: { slug: 'managers' } })
    await database().groupMember.create({
      data: { groupId: group.id, personId: manager.personId, addedBy: 'setup' },
    })
  })

  test('half time and escalation are written down once each, by any number of sweepers', async () => {
    const id = await file()
    // One holder, so that the lease admits all of them at once and the row alone keeps it to once.
    const sweep = () => Promise.all([1, 2, 3, 4].map(() => noteStageMarks('one')))
    await sweep()
    expect(await told(id, 'stage.reminded', 'stage.escalated')).toEqual([])
    await letPass(id, 121)
    await sweep()
    await sweep()
    expect(await told(id, 'stage.reminded', 'stage.escalated')).toMatchObject([
      { type: 'stage.reminded', stage: 'security' },
    ])
    await letPass(id, 60)
    await sweep()
    await sweep()
    expect(await told(id, 'stage.reminded', 'stage.escalated')).toMatchObject([
      { type: 'stage.reminded' },
      { type: 'stage.escalated', to: 'managers', version: 1 },
    ])
    expect((await demo.read(id)).nextMark).toBeNull()
  })
})

describe('a denied agent', () => {
  beforeEach(() => policies(demandOn('secret:read', 'security', '@cooldown("24h")')))

  test('does not ask for the same or more again within the window, whoever asks', async () => {
    const id = await file()
    yes(await demo.deny(approver, id, 'Not today.'))
    const other = await addSomebody(requester.tenantId, 'other-requester', { roles: ['requester'] })
    const again = await submitRequest(other, actOf(other), demo.form(TEMPLATE))
    expect(again).toMatchObject({
      refusal: { code: 'asked_again', says: expect.stringMatching(/from .+ UTC/) },
    })
    const { scopeIds } = demo.form(TEMPLATE)
    const more = { scopeIds: [...scopeIds, demo.scopeId('ticket:comment')] }
    expect(no(await submitRequest(requester, actOf(requester), demo.form(TEMPLATE, more)))).toBe(
      'asked_again',
    )
    expect(await told(id, 'request.repeated')).toHaveLength(2)
    const less = demo.form(TEMPLATE, { scopeIds: scopeIds.slice(0, 1) })
    const waiting = yes(await submitRequest(requester, actOf(requester), less)).id
    const { rev, state } = await demo.read(waiting)
    const edited = { ...demo.form(TEMPLATE), requestId: waiting, rev }
    if (state === 'awaiting')
      expect(no(await editRequest(requester, actOf(requester), edited))).toBe('asked_again')
    await letPass(id, 24 * 60 + 1)
    yes(await submitRequest(requester, actOf(requester), demo.form(TEMPLATE)))
  })

  test('asks at once where policy sets no window', async () => {
    await policies(demandOn('secret:read', 'security'))
    const id = await file()
    yes(await demo.deny(approver, id, 'Not today.'))
    await file()
  })
})

test('who will be asked is said with who cannot answer, and that nobody could', async () => {
  await policies(
    demandOn('secret:read', 'security', '@quorum("2") @escalate("managers") @escalateAfter("1h")'),
  )
  const preview = async () => yes(await previewRequest(requester, demo.form(TEMPLATE))).stages[0]
  expect(await preview()).toMatchObject({
    signers: 3,
    asked: [{ whyNot: null }, { whyNot: null }],
    later: { groupName: 'managers', asked: [{ name: 'manager', whyNot: null }] },
  })
  await database().person.update({ where: { id: second.personId }, data: { disabled: new Date() } })
  await database().roleHolding.deleteMany({ where: { personId: manager.personId, role: 'approver' } })
  const stage = await preview()
  expect(stage).toMatchObject({ signers: 1 })
  expect(stage?.asked.map(({ whyNot }) => whyNot)).toEqual([null, 'is disabled'])
  expect(stage?.later?.asked.map(({ whyNot }) => whyNot)).toEqual(['is no approver'])
  expect(no(await submitRequest(requester, actOf(requester), demo.form(TEMPLATE)))).toBe('stage_unfillable')
  await database().person.update({ where: { id: second.personId }, data: { disabled: null } })
})
