import { describe, expect, test } from 'vitest'
import {
  type Administrators,
  COOLING_SECONDS,
  coolingUntil,
  isAlone,
  isLastAdministrator,
} from '@/lib/domain/administrators'
import { PersonId } from '@/lib/domain/ids'
import { answerProblem, type ProposalAnswer } from '@/lib/domain/proposal'

const NOW = new Date('2026-11-25T12:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000)
const [FIRST, SECOND, THIRD] = [
  PersonId.parse('P-0000000001'),
  PersonId.parse('P-0000000002'),
  PersonId.parse('P-0000000003'),
]
const active = (...people: PersonId[]): Administrators =>
  people.map((personId) => ({ personId, disabled: null }))

describe('being the only administrator', () => {
  test.each([
    ['one', active(FIRST), true],
    ['two', active(FIRST, SECOND), false],
    ['somebody else', active(SECOND), false],
    ['nobody', [], false],
    [
      'one, and one disabled a minute ago',
      [...active(FIRST), { personId: SECOND, disabled: ago(60) }],
      false,
    ],
    [
      'one, and one disabled a second too short ago',
      [...active(FIRST), { personId: SECOND, disabled: ago(COOLING_SECONDS - 1) }],
      false,
    ],
    [
      'one, and one disabled long ago',
      [...active(FIRST), { personId: SECOND, disabled: ago(COOLING_SECONDS) }],
      true,
    ],
  ])('%s', (_, administrators, alone) => {
    expect(isAlone(administrators, FIRST, NOW)).toBe(alone)
  })

  test('the last disabled one says until when', () => {
    const two = [
      { personId: SECOND, disabled: ago(3600) },
      { personId: THIRD, disabled: ago(60) },
    ]
    expect(coolingUntil([...active(FIRST), ...two], NOW)).toEqual(
      new Date(NOW.getTime() + (COOLING_SECONDS - 60) * 1000),
    )
    expect(coolingUntil(active(FIRST), NOW)).toBeNull()
  })

  test('a disabled one is not there to remain', () => {
    const administrators = [...active(FIRST), { personId: SECOND, disabled: ago(1e7) }]
    expect(isLastAdministrator(administrators, FIRST)).toBe(true)
    expect(isLastAdministrator(administrators, SECOND)).toBe(false)
    expect(isLastAdministrator(active(FIRST, SECOND), FIRST)).toBe(false)
  })
})

describe('who may answer a proposal', () => {
  const proposal = {
    state: 'open',
    answerBy: new Date(NOW.getTime() + 1),
    proposedBy: FIRST,
    gains: SECOND,
  } as const
  const facts = { administrators: active(FIRST, SECOND, THIRD), now: NOW }

  test.each<[PersonId, ProposalAnswer, string | null]>([
    [FIRST, 'activate', 'own_proposal'],
    [FIRST, 'reject', 'own_proposal'],
    [FIRST, 'withdraw', null],
    [SECOND, 'activate', 'own_gain'],
    [SECOND, 'reject', null],
    [SECOND, 'withdraw', 'not_allowed'],
    [THIRD, 'activate', null],
    [THIRD, 'reject', null],
    [THIRD, 'withdraw', 'not_allowed'],
  ])('%s and %s', (by, answer, code) => {
    expect(answerProblem(by, answer, proposal, facts)).toBe(code)
  })

  test.each<ProposalAnswer>(['activate', 'reject', 'withdraw'])('nobody can %s what is closed', (answer) => {
    for (const by of [FIRST, SECOND, THIRD]) {
      for (const state of ['activated', 'rejected', 'withdrawn'] as const)
        expect(answerProblem(by, answer, { ...proposal, state }, facts)).toBe('proposal_closed')
      expect(answerProblem(by, answer, { ...proposal, answerBy: NOW }, facts)).toBe('proposal_closed')
    }
  })

  test('it is worth no more than the administrator who made it', () => {
    const gone = [active(SECOND, THIRD), [...active(SECOND, THIRD), { personId: FIRST, disabled: ago(1) }]]
    for (const administrators of gone) {
      expect(answerProblem(THIRD, 'activate', proposal, { ...facts, administrators })).toBe('proposer_gone')
      expect(answerProblem(THIRD, 'reject', proposal, { ...facts, administrators })).toBeNull()
    }
  })
})
