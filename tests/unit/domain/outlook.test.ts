import { expect, test } from 'vitest'
import { countedApprovals, satisfiedStages, type Votable } from '@/lib/domain/approval'
import { AgentId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { groupOutlook, stageOutlook } from '@/lib/domain/outlook'

const TENANT = TenantId.parse('T-00000001')
const [A, B, C, R] = ['A', 'B', 'C', 'R'].map((letter) => PersonId.parse(`P-00000000${letter}`)) as [
  PersonId,
  PersonId,
  PersonId,
  PersonId,
]
const STAGE = { name: 'security', quorum: 2, order: 1, passkey: false, tenantId: TENANT }

const votable = (members: readonly PersonId[], votes: readonly PersonId[] = [], since = 0): Votable => ({
  requestId: RequestId.parse('R-00000001'),
  agentId: AgentId.parse('A-00000001'),
  tenantId: TENANT,
  version: 1,
  stages: [STAGE],
  votes: votes.map((personId) => ({
    ...{ personId, tenantId: TENANT, stage: 'security', version: 1, verdict: 'approve' as const, cut: null },
    signed: new Date(0),
  })),
  memberships: members.map((personId) => ({
    ...{ tenantId: TENANT, stage: 'security', personId, selfGiven: false, row: personId },
    added: new Date(since),
  })),
  exclusions: {
    requester: { personId: R, issuer: 'i', subject: 's' },
    agentOwners: [],
    sameAccount: [],
    grantedBy: [],
  },
})

test.each([
  ['signed by two', votable([A, B], [A, B]), undefined, 'closed'],
  ['signed by two, without one of them', votable([A, B], [A, B]), A, 'stuck'],
  ['signed by two, with a third to take over', votable([A, B, C], [A, B]), A, 'signable'],
  ['signed by one', votable([A, B], [A]), undefined, 'signable'],
  ['signed by one who left', votable([B, C], [A]), undefined, 'signable'],
  ['signed by one, nobody else there', votable([A], [A]), undefined, 'stuck'],
  ['one of two is the requester', votable([A, R]), undefined, 'stuck'],
  ['signed by two before they left and came back', votable([A, B], [A, B], 1), undefined, 'stuck'],
  ['signed by one before they left and came back', votable([A, B, C], [A], 1), undefined, 'signable'],
  ['nobody', votable([]), undefined, 'stuck'],
] as const)('a stage of two %s is %s', (_, of, without, outlook) => {
  expect(stageOutlook(STAGE, of, without)).toBe(outlook)
})

test('a group counts what waits for it and what nobody could sign', () => {
  const waiting = [votable([A, B]), votable([A, B], [A]), votable([A, B], [A, B])]
  const group = { tenantId: TENANT, slug: 'security' }
  expect(groupOutlook(group, waiting)).toEqual({ waiting: 2, stuck: 0 })
  expect(groupOutlook(group, waiting, A)).toEqual({ waiting: 3, stuck: 3 })
  expect(groupOutlook({ ...group, slug: 'legal' }, waiting)).toEqual({ waiting: 0, stuck: 0 })
})

test('a stage that takes passkeys only counts no other vote, and its signer cannot sign again', () => {
  const strict = { ...STAGE, passkey: true }
  const plain = votable([A, B, C], [A, B])
  expect(countedApprovals(strict, plain)).toEqual([])
  expect(satisfiedStages([strict], TENANT, plain)).toEqual([])
  expect(stageOutlook(strict, plain)).toBe('stuck')
  const votes = plain.votes.map((vote) => ({ ...vote, passkey: true }))
  expect(satisfiedStages([strict], TENANT, { ...plain, votes })).toEqual(['security'])
  const [first, ...others] = votes
  const half = { ...plain, votes: [{ ...first, passkey: false }, ...others] as typeof votes }
  expect(countedApprovals(strict, half)).toEqual([B])
  expect(countedApprovals(STAGE, half)).toEqual([A, B])
})
