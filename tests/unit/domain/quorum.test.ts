import { describe, expect, test } from 'vitest'
import { type Ballot, isStageClosed, openStages, quorumOf, satisfiedStages } from '@/lib/domain/approval'
import { AgentId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { stageOutlook } from '@/lib/domain/outlook'
import { signaturesOn } from '@/lib/domain/quorum'
import { stagesBeyond } from '@/lib/domain/signed-terms'
import { type Stage, strictestDemand } from '@/lib/domain/stages'
import fc from '@/tests/harness/fast-check'

const TENANT = TenantId.parse('T-00000001')
const PEOPLE = ['A', 'B', 'C', 'D', 'E'].map((letter) => PersonId.parse(`P-00000000${letter}`))
const STAGE: Stage = { name: 'security', quorum: 1, order: 1, passkey: false, tenantId: TENANT }
const STRICT: Stage = { ...STAGE, sameDevice: 'one-more' }

/** "A" is a yes of A, "A*" one from where the requester signs in. Everybody in `seated` has a seat. */
function ballot(signed: readonly string[], seated = 'ABCDE'): Ballot {
  const personOf = (letter: string) => PersonId.parse(`P-00000000${letter.charAt(0)}`)
  return {
    version: 1,
    votes: signed.map((text) => ({
      ...{ personId: personOf(text), tenantId: TENANT, stage: 'security', version: 1, cut: null },
      ...{ verdict: 'approve' as const, signed: new Date(0), sameDevice: text.endsWith('*') },
    })),
    memberships: [...seated].map((letter) => ({
      ...{ tenantId: TENANT, stage: 'security', personId: personOf(letter), selfGiven: false, row: letter },
      added: new Date(0),
    })),
    exclusions: {
      requester: { personId: PersonId.parse('P-00000000R'), issuer: 'i', subject: 's' },
      ...{ agentOwners: [], sameAccount: [], grantedBy: [] },
    },
  }
}

describe('a stage that asks for one more after a signature from the requester’s device', () => {
  test.each([
    [1, [], 1, false],
    [1, ['A'], 1, true],
    [1, ['A*'], 2, false],
    [1, ['A*', 'B'], 2, true],
    [1, ['A*', 'B*'], 2, true],
    [2, ['A', 'B'], 2, true],
    [2, ['A*', 'B'], 3, false],
    [2, ['A', 'B', 'C*'], 3, true],
  ] as const)('of %s, signed by %j, takes %s', (quorum, signed, takes, isClosed) => {
    const stage = { ...STRICT, quorum }
    const of = ballot(signed)
    expect(quorumOf(stage, of)).toBe(takes)
    expect(isStageClosed(stage, of)).toBe(isClosed)
    expect(satisfiedStages([stage], TENANT, of)).toEqual(isClosed ? ['security'] : [])
    expect(quorumOf({ ...STAGE, quorum }, of)).toBe(quorum)
  })

  test('asks for nobody more when that signature counts no longer', () => {
    expect(quorumOf(STRICT, ballot(['A*', 'B'], 'BC'))).toBe(1)
    expect(isStageClosed(STRICT, ballot(['A*', 'B'], 'BC'))).toBe(true)
  })

  test('stays open to sign, and is stuck when nobody is left for the one more', () => {
    const votable = {
      requestId: RequestId.parse('R-00000001'),
      agentId: AgentId.parse('A-00000001'),
      ...{ tenantId: TENANT, stages: [STRICT], ...ballot(['A*'], 'AB') },
    }
    expect(openStages(votable)).toEqual([STRICT])
    expect(stageOutlook(STRICT, votable)).toBe('signable')
    expect(stageOutlook(STRICT, votable, PEOPLE[1])).toBe('stuck')
    expect(stageOutlook(STRICT, ballot(['A*'], 'A'))).toBe('stuck')
  })

  test('takes no fewer than without it, and never more than one more', () => {
    const votes = fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { maxLength: 5 })
    fc.assert(
      fc.property(votes, fc.nat(31), fc.integer({ min: 1, max: 5 }), (letters, flagged, quorum) => {
        const of = ballot(letters.map((letter, at) => (flagged & (1 << at) ? `${letter}*` : letter)))
        const more = quorumOf({ ...STRICT, quorum }, of) - quorum
        expect(more).toBe(of.votes.some(({ sameDevice }) => sameDevice) ? 1 : 0)
        if (isStageClosed({ ...STRICT, quorum }, of))
          expect(isStageClosed({ ...STAGE, quorum }, of)).toBe(true)
      }),
    )
  })
})

test('of two demands either may ask for one more, and a narrower grant may not bring it in', () => {
  expect(strictestDemand(STAGE, STRICT).sameDevice).toBe('one-more')
  expect(strictestDemand(STRICT, STAGE).sameDevice).toBe('one-more')
  expect(strictestDemand(STAGE, STAGE)).not.toHaveProperty('sameDevice')
  expect(stagesBeyond([STAGE], [STRICT])).toEqual([STRICT])
  expect(stagesBeyond([STRICT], [STAGE])).toEqual([])
})

test('a row of requests counts the one more among those it takes', () => {
  const { votes } = ballot(['A*'])
  const of = (stage: Stage) => signaturesOn({ stages: [stage], approvals: votes, version: 1 })
  expect(of(STRICT)).toEqual({ given: 1, needed: 2 })
  expect(of(STAGE)).toEqual({ given: 1, needed: 1 })
  expect(signaturesOn({ stages: [STRICT], approvals: votes, version: 2 })).toEqual({ given: 0, needed: 1 })
})
