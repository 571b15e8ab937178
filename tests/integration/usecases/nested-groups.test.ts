import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { listDecidable } from '@/lib/data/decidable'
import { listGroups } from '@/lib/data/groups'
import { findIssueFacts } from '@/lib/data/issue-facts'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { GroupId } from '@/lib/domain/ids'
import { PeopleChange } from '@/lib/domain/people-change'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { removeFromGroup } from '@/lib/usecases/people/remove-from-group'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { addGroup, addSomebody, putInForce, signedIn } from '@/tests/harness/stages'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let administrator: Actor
let second: Actor
let deep: Actor
const groups: Record<string, GroupId> = {}

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  administrator = await demo.actor('administrator')
  const { tenantId } = requester
  for (const slug of ['leads', 'on-call', 'extra']) await addGroup(tenantId, slug)
  for (const { id, slug } of await database().group.findMany()) groups[slug] = GroupId.parse(id)
  second = await addSomebody(tenantId, 'second-administrator', { roles: ['administrator', 'approver'] })
  await addSomebody(tenantId, 'deep', { groups: ['on-call'] })
  await putInForce(
    approvalPolicies(demandOn('secret:read', 'security', '@quorum("2")')),
    new Map([['security', 3]]),
  )
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})
beforeEach(async () => {
  await database().groupNesting.deleteMany()
  await database().groupReach.deleteMany()
})

const propose = (kind: 'group.nest' | 'group.unnest', outer: string, inner: string, by = administrator) =>
  proposeRuleChange(
    by,
    actOf(by),
    PeopleChange.parse({ kind, groupId: groups[outer], innerId: groups[inner] }),
  )

async function activate(
  proposalId: Parameters<typeof activateProposal>[2]['proposalId'],
  outer: string,
  by = second,
) {
  const { rev } = await database().group.findUniqueOrThrow({ where: { id: groups[outer] ?? '' } })
  return activateProposal(by, actOf(by), { proposalId, shown: rev })
}

async function nest(outer: string, inner: string) {
  const { proposalId } = yes(await propose('group.nest', outer, inner))
  return activate(proposalId, outer)
}

test('A12: a group is put into another by two administrators, and nobody in it is one of them', async () => {
  expect(yes(await propose('group.nest', 'security', 'leads')).state).toBe('open')
  expect(await database().groupReach.count()).toBe(0)
  await database().groupMember.create({
    data: { groupId: groups.extra ?? '', personId: second.personId, addedBy: 'setup' },
  })
  const { proposalId } = yes(await propose('group.nest', 'security', 'extra'))
  expect(no(await activate(proposalId, 'security'))).toBe('own_gain')
  await database().groupMember.deleteMany({ where: { personId: second.personId } })
  yes(await activate(proposalId, 'security'))
  await database().proposal.deleteMany()
})

test('who sits deep inside sees, is asked and signs, and their seat is part of what an issue stands on', async () => {
  const id = await demo.file('resolve-a-refund-ticket', requester)
  expect(await findVisibleRequest(await signedIn('deep'), id)).toBeNull()
  yes(await nest('security', 'leads'))
  yes(await nest('leads', 'on-call'))
  deep = await signedIn('deep')
  expect(deep.groups.map(({ slug }) => slug).sort()).toEqual(['leads', 'on-call', 'security'])
  expect(await findVisibleRequest(deep, id)).not.toBeNull()
  const { rows } = await pool().query<{ now: Date }>('select now()')
  const waiting = await listDecidable(deep, rows[0]?.now ?? new Date(), { take: 50 })
  expect(waiting.map(({ request }) => request.id)).toContain(id)
  const security = (await listGroups(deep.tenantId)).find(({ slug }) => slug === 'security')
  expect(security?.members.find(({ personId }) => personId === deep.personId)?.through).toBe('on-call')
  expect(security?.holds.map(({ name }) => name)).toEqual(['leads'])
  yes(await demo.approve(deep, id))
  expect(yes(await demo.approve(await demo.actor('approver'), id)).state).toBe('granted')
  const { grant } = await demo.read(id)
  const facts = grant && (await findIssueFacts(grant.id))
  const mine = facts?.memberships.filter(({ personId }) => personId === deep.personId) ?? []
  expect(mine.map(({ stage }) => stage).sort()).toEqual(['leads', 'on-call', 'security'])
})

test('A11: a seat in the middle that is taken away voids what was signed through it', async () => {
  yes(await nest('security', 'on-call'))
  deep = await signedIn('deep')
  const id = await demo.file('resolve-a-refund-ticket', requester)
  yes(await demo.approve(deep, id))
  const left = yes(
    await removeFromGroup(administrator, actOf(administrator), {
      personId: deep.personId,
      groupId: GroupId.parse(groups['on-call']),
    }),
  )
  expect(left.voided).toBe(1)
  expect(yes(await demo.approve(await demo.actor('approver'), id))).toMatchObject({
    state: 'awaiting',
    left: 1,
  })
  await database().groupMember.create({
    data: { groupId: groups['on-call'] ?? '', personId: deep.personId, addedBy: 'setup', added: new Date(0) },
  })
})

test('A11: a group that is taken out voids what its people signed, and putting it back does not raise it', async () => {
  yes(await nest('security', 'on-call'))
  deep = await signedIn('deep')
  const id = await demo.file('resolve-a-refund-ticket', requester)
  yes(await demo.approve(deep, id))
  const { proposalId } = yes(await propose('group.unnest', 'security', 'on-call'))
  yes(await activate(proposalId, 'security'))
  const { rows } = await pool().query(
    `select type from trail_event where request_id = $1 and type = 'approval.voided'`,
    [id],
  )
  expect(rows).toHaveLength(1)
  yes(await nest('security', 'on-call'))
  expect(no(await demo.approve(await signedIn('deep'), id))).toBe('earlier_seat')
  yes(await demo.approve(await demo.actor('approver'), id))
  expect((await demo.read(id)).state).toBe('awaiting')
})

test('a signature that was shown before the group was taken out signs nothing', async () => {
  yes(await nest('security', 'on-call'))
  deep = await signedIn('deep')
  const id = await demo.file('resolve-a-refund-ticket', requester)
  const { nonce, digest } = await demo.shown(deep, id)
  await database().groupNesting.deleteMany()
  await database().groupReach.deleteMany()
  expect(no(await approveRequest(deep, actOf(deep), { requestId: id, nonce, digest }))).toBe('not_in_stage')
})

test('a circle is refused, also when two that make one are activated at once', async () => {
  expect(no(await propose('group.nest', 'security', 'security'))).toBe('group_cycle')
  yes(await nest('security', 'leads'))
  yes(await nest('leads', 'on-call'))
  expect(no(await propose('group.nest', 'on-call', 'security'))).toBe('group_cycle')
  for (let round = 0; round < 5; round += 1) {
    await database().groupNesting.deleteMany()
    await database().groupReach.deleteMany()
    const one = yes(await propose('group.nest', 'security', 'leads')).proposalId
    const other = yes(await propose('group.nest', 'leads', 'security')).proposalId
    const answers = await Promise.all([activate(one, 'security'), activate(other, 'leads')])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    await database().proposal.deleteMany()
  }
})
