import { describe, expect, test } from 'vitest'
import type { Ballot, Vote } from '@/lib/domain/approval'
import { PersonId, TenantId } from '@/lib/domain/ids'
import { roomAfter } from '@/lib/domain/room'
import type { Stage } from '@/lib/domain/stages'

const T = TenantId.parse('T-0NE1')
const [A, B, C, D] = ['P-0NE1', 'P-0NE2', 'P-0NE3', 'P-0NE4'].map((id) => PersonId.parse(id)) as [
  PersonId,
  PersonId,
  PersonId,
  PersonId,
]
const at = new Date('2026-01-01T10:00:00Z')
const stage = (more: Partial<Stage> = {}): Stage =>
  ({ name: 'security', tenantId: T, quorum: 2, order: 1, passkey: false, ...more }) as Stage

const ballot = (
  people: readonly PersonId[],
  votes: readonly Partial<Vote>[] = [],
  group = 'security',
): Ballot => ({
  version: 1,
  votes: votes.map(
    (vote) =>
      ({
        ...{ tenantId: T, stage: 'security', version: 1, verdict: 'approve', signed: at, cut: null },
        ...vote,
      }) as Vote,
  ),
  memberships: people.map((personId) => ({
    ...{ tenantId: T, stage: group, personId, selfGiven: false },
    ...{ added: new Date('2025-01-01T00:00:00Z'), row: personId },
  })),
  exclusions: {
    requester: { personId: PersonId.parse('P-ASKS'), issuer: 'i', subject: 's' },
    ...{ agentOwners: [], sameAccount: [], grantedBy: [] },
  },
})

const own = (personId: PersonId) => ({ personId, deputyFor: null, sameDevice: false })
const forB = { ...own(A), deputyFor: B }

describe('the room a signature leaves', () => {
  test('is one person less for oneself, and two less in another’s place', () => {
    expect(roomAfter(stage(), ballot([A, B]), own(A))).toEqual({ places: 1, people: 1 })
    expect(roomAfter(stage(), ballot([A, B]), forB)).toEqual({ places: 1, people: 0 })
    expect(roomAfter(stage(), ballot([A, B, C]), forB)).toEqual({ places: 1, people: 1 })
  })

  test('counts who signed before, and whoever they stood for', () => {
    const votes = [{ personId: C, deputyFor: D }]
    expect(roomAfter(stage({ quorum: 3 }), ballot([A, B, C, D], votes), own(A))).toEqual({
      ...{ places: 1, people: 1 },
    })
    expect(roomAfter(stage(), ballot([A, B, C, D], votes), own(A))).toEqual({ places: 0, people: 1 })
  })

  test('leaves out who signed and does not count, for nobody signs a stage twice', () => {
    const room = roomAfter(
      stage({ passkey: true }),
      ballot([A, B], [{ personId: B, passkey: false }]),
      own(A),
    )
    expect(room).toEqual({ places: 1, people: 0 })
  })

  test('holds an earlier version against nobody', () => {
    const votes = [{ personId: B, version: 0 }]
    expect(roomAfter(stage(), ballot([A, B], votes), own(A))).toEqual({ places: 1, people: 1 })
  })

  test('has one place more where the signature asks for one more', () => {
    const room = roomAfter(stage({ sameDevice: 'one-more' }), ballot([A, B]), { ...own(A), sameDevice: true })
    expect(room).toEqual({ places: 2, people: 1 })
  })
})
