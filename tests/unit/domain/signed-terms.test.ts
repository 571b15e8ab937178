import { describe, expect, test } from 'vitest'
import type { Membership, Votable, Vote } from '@/lib/domain/approval'
import { AgentId, PersonId, RequestId, ScopeId, TenantId } from '@/lib/domain/ids'
import { Scope } from '@/lib/domain/scope'
import { areWhole, changesOf, stagesBeyond, termsLeft, termsToSign } from '@/lib/domain/signed-terms'
import { type Cut, covers, coversUses, cutOf, ownChanges, type Terms, termsAfter } from '@/lib/domain/terms'
import { isWithin as isWithinCap } from '@/lib/domain/uses'
import fc from '@/tests/harness/fast-check'

const TENANT = TenantId.parse('T-0NE1')
const scope = (id: string) =>
  Scope.parse({
    ...{ id, tenantId: TENANT, action: 'a:b', resource: id, sensitivity: 2, dataDomain: 'd' },
    ...{ maxSeconds: 3600, serverId: 'S-0NE1', serverName: 's', serverIdentifier: 's', serverType: 't' },
  })
const SCOPES = ['X-AAAA', 'X-BBBB', 'X-CCCC', 'X-DDDD'].map(scope)
const ASKED: Terms = { scopes: SCOPES, durationSeconds: 2700, uses: null, delegation: null }
const IDS = ASKED.scopes.map(({ id }) => id)
const id = (text: string) => ScopeId.parse(text)
const minutes = (terms: Terms) => [terms.scopes.map((one) => one.id).join(' '), terms.durationSeconds / 60]

const cut = fc.record(
  {
    struck: fc.subarray(IDS),
    durationSeconds: fc.integer({ min: 1, max: 2700 }),
    ...{ uses: fc.integer({ min: 1, max: 9 }) },
  },
  { requiredKeys: ['struck', 'durationSeconds'] },
)
const cuts = fc.array(fc.option(cut), { maxLength: 6 })

const isWithin = (inner: Terms, outer: Terms) =>
  inner.durationSeconds <= outer.durationSeconds &&
  isWithinCap(outer.uses, inner.uses) &&
  inner.scopes.every(({ id }) => outer.scopes.some((one) => one.id === id))

describe('the intersection of what was signed', () => {
  test('never widens when another signature is added', () => {
    fc.assert(
      fc.property(cuts, fc.option(cut), (some, one) => {
        expect(isWithin(termsAfter(ASKED, [...some, one]), termsAfter(ASKED, some))).toBe(true)
      }),
    )
  })

  test('does not depend on the order of the signatures, nor on one that is counted twice', () => {
    fc.assert(
      fc.property(cuts, (some) => {
        const once = termsAfter(ASKED, some)
        expect(termsAfter(ASKED, [...some].reverse())).toEqual(once)
        expect(termsAfter(ASKED, [...some, ...some])).toEqual(once)
      }),
    )
  })

  test('is within what was asked and within every signed version', () => {
    fc.assert(
      fc.property(cuts, (some) => {
        const left = termsAfter(ASKED, some)
        expect(isWithin(left, ASKED)).toBe(true)
        for (const one of some) expect(isWithin(left, termsAfter(ASKED, [one]))).toBe(true)
      }),
    )
  })

  test('is what every one of them covers', () => {
    fc.assert(
      fc.property(cuts, (some) => {
        const { scopes, durationSeconds } = termsAfter(ASKED, some)
        for (const { id } of ASKED.scopes) {
          const isCovered = some.every((one) => covers(one, { scopeId: id, durationSeconds }))
          expect(isCovered).toBe(scopes.some((left) => left.id === id))
        }
      }),
    )
  })

  test('comes back from the cut it makes', () => {
    fc.assert(
      fc.property(cuts, (some) => {
        const left = termsAfter(ASKED, some)
        expect(termsAfter(ASKED, [cutOf(ASKED, left)])).toEqual(left)
      }),
    )
    expect(cutOf(ASKED, ASKED)).toBeNull()
  })
})

const STAGE = { name: 'security', quorum: 2, order: 1, passkey: false, tenantId: TENANT }
const [A, B, R] = ['P-AAAA', 'P-BBBB', 'P-RRRR'].map((one) => PersonId.parse(one)) as [
  PersonId,
  PersonId,
  PersonId,
]

const vote = (personId: PersonId, made: Cut | null, second: number, version = 1): Vote => ({
  ...{ personId, tenantId: TENANT, stage: 'security', version, verdict: 'approve', cut: made },
  signed: new Date(second * 1000),
})
const seat = (personId: PersonId, second = 0): Membership => ({
  ...{ tenantId: TENANT, stage: 'security', personId, selfGiven: false, row: personId },
  added: new Date(second * 1000),
})
const votable = (votes: Vote[], memberships: Membership[]): Votable => ({
  ...{ requestId: RequestId.parse('R-0NE1'), agentId: AgentId.parse('A-0NE1'), tenantId: TENANT, version: 1 },
  ...{ stages: [STAGE], votes, memberships },
  exclusions: {
    requester: { personId: R, issuer: 'i', subject: 's' },
    ...{ agentOwners: [], sameAccount: [], grantedBy: [] },
  },
})

describe('what is left', () => {
  const struck = { struck: [id('X-AAAA')], durationSeconds: 2700 }
  const shorter = { struck: [], durationSeconds: 600 }
  const votes = [vote(A, struck, 1), vote(B, shorter, 2)]

  test('is the intersection of the signatures that count', () => {
    expect(minutes(termsLeft(ASKED, votable(votes, [seat(A), seat(B)])))).toEqual([
      'X-BBBB X-CCCC X-DDDD',
      10,
    ])
  })

  test('knows nothing of whoever left the group, sat down again later, or signed another version', () => {
    expect(minutes(termsLeft(ASKED, votable(votes, [seat(B)])))).toEqual(['X-AAAA X-BBBB X-CCCC X-DDDD', 10])
    expect(minutes(termsLeft(ASKED, votable(votes, [seat(A, 5), seat(B)])))).toEqual([
      'X-AAAA X-BBBB X-CCCC X-DDDD',
      10,
    ])
    const [, second] = votes
    const other = [vote(A, struck, 1, 2), ...(second ? [second] : [])]
    expect(minutes(termsLeft(ASKED, votable(other, [seat(A), seat(B)])))).toEqual([
      'X-AAAA X-BBBB X-CCCC X-DDDD',
      10,
    ])
  })
})

describe('what somebody may sign', () => {
  const left = termsAfter(ASKED, [{ struck: [id('X-AAAA')], durationSeconds: 1800 }])
  const signing = (scopeIds: string[], durationMinutes: number) => {
    const chosen = termsToSign(left, { scopeIds: scopeIds.map(id), durationMinutes })
    return 'code' in chosen ? chosen.code : minutes(chosen.terms)
  }

  test('is all that is left, or less', () => {
    expect(termsToSign(left, null)).toEqual({ terms: left })
    expect(signing(['X-BBBB', 'X-CCCC'], 30)).toEqual(['X-BBBB X-CCCC', 30])
    expect(signing(['X-BBBB', 'X-CCCC', 'X-DDDD'], 1)).toEqual(['X-BBBB X-CCCC X-DDDD', 1])
  })

  test('is never what nobody asked, what was struck before, or a longer time', () => {
    expect(signing(['X-BBBB', 'X-ZZZZ'], 30)).toBe('beyond_asked')
    expect(signing(['X-AAAA', 'X-BBBB'], 30)).toBe('beyond_asked')
    expect(signing(['X-BBBB'], 31)).toBe('beyond_asked')
    expect(signing(['X-BBBB', 'X-CCCC', 'X-DDDD'], 30)).toBe('narrows_nothing')
  })

  test('is nothing when nothing is left', () => {
    expect(termsToSign({ ...left, scopes: [] }, null)).toEqual({ code: 'nothing_left' })
  })

  test('says both what is kept and for how long', () => {
    expect(areWhole({ durationMinutes: 5 })).toBe(false)
    expect(areWhole({ scopeIds: [id('X-AAAA')] })).toBe(false)
    expect(areWhole({})).toBe(true)
    expect(changesOf({})).toBeNull()
  })
})

describe('how often it may be used', () => {
  const asking = SCOPES.map((one, at) => ({ ...one, asksOnline: at === 0 }))
  const asked = { ...ASKED, scopes: asking }
  const left = termsAfter(asked, [{ struck: [], durationSeconds: 2700, uses: 5 }])
  const capped = (uses?: number, scopeIds = IDS) => {
    const chosen = termsToSign(left, { scopeIds, durationMinutes: 45, uses })
    return 'code' in chosen ? chosen.code : chosen.terms.uses
  }

  test('is the smallest of what was signed', () => {
    const uses = (...caps: (number | undefined)[]) =>
      termsAfter(
        ASKED,
        caps.map((cap) => ({ struck: [], durationSeconds: 2700, ...(cap ? { uses: cap } : {}) })),
      ).uses
    expect([uses(), uses(undefined), uses(4, undefined), uses(4, 2, 7)]).toEqual([null, null, 4, 2])
  })

  test('may be less than what is left and never more', () => {
    expect([capped(4), capped(1), capped(6), capped(5), capped()]).toEqual([
      ...[4, 1, 'beyond_asked', 'narrows_nothing', 'narrows_nothing'],
    ])
    expect(capped(undefined, IDS.slice(0, 2))).toBe(5)
  })

  test('is counted only where a resource server asks', () => {
    expect(capped(4, IDS.slice(1))).toBe('uses_not_counted')
  })

  test('needs signatures that gave as much', () => {
    const cut = { struck: [], durationSeconds: 2700, uses: 3 }
    expect([coversUses(cut, 3), coversUses(cut, 2), coversUses(cut, 4), coversUses(cut, null)]).toEqual([
      ...[true, true, false, false],
    ])
    expect(coversUses(null, null)).toBe(true)
  })

  test('is told as what somebody took away', () => {
    const vote = (uses: number, at: number) => ({
      cut: { struck: [], durationSeconds: 2700, uses },
      signed: new Date(at),
    })
    const told = ownChanges(ASKED, [vote(5, 1), vote(7, 2), vote(2, 3)]).map(({ own }) => own.capped)
    expect(told).toEqual([{ from: null, to: 5 }, null, { from: 5, to: 2 }])
  })
})

test('who took away what is told in the order of the signatures', () => {
  const first = vote(A, { struck: [id('X-AAAA')], durationSeconds: 1800 }, 1)
  const second = vote(B, { struck: [id('X-AAAA'), id('X-BBBB')], durationSeconds: 1800 }, 2)
  const told = ownChanges(ASKED, [second, first]).map(({ vote: { personId }, own }) => [
    personId,
    own.struck.map((one) => one.id).join(' '),
    own.shortened,
  ])
  expect(told).toEqual([
    [A, 'X-AAAA', { from: 2700, to: 1800 }],
    [B, 'X-BBBB', null],
  ])
})

test('a stage that nobody was asked for, a larger quorum and a passkey are beyond what was asked', () => {
  const other = { ...STAGE, name: 'data-owners' }
  expect(stagesBeyond([STAGE], [])).toEqual([])
  expect(stagesBeyond([STAGE], [{ ...STAGE, quorum: 1, order: 7 }])).toEqual([])
  expect(stagesBeyond([STAGE], [other])).toEqual([other])
  expect(stagesBeyond([STAGE], [{ ...STAGE, quorum: 3 }])).toHaveLength(1)
  expect(stagesBeyond([STAGE], [{ ...STAGE, passkey: true }])).toHaveLength(1)
})
