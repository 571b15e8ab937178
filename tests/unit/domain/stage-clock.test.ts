import { describe, expect, test } from 'vitest'
import { TenantId } from '@/lib/domain/ids'
import { clockOf, deadlineOf, isEscalated, keepOpened, marksOf, waitEndsOf } from '@/lib/domain/stage-clock'
import { mergeStages, type Stage, strictestDemand } from '@/lib/domain/stages'

const tenantId = TenantId.parse('T-0NE1')
const at = (hours: number) => new Date(Date.UTC(2026, 2, 2) + hours * 3_600_000)
const hours = (count: number) => count * 3600
const demand = { name: 'security', quorum: 1, order: 1, passkey: false }
const stage = (more: Partial<Stage> = {}): Stage => ({ ...demand, tenantId, ...more })

describe('the strictest of two demands', () => {
  test('ends sooner, cools longer', () => {
    const a = { ...demand, expiresSeconds: 60, cooldownSeconds: 60 }
    const b = { ...demand, expiresSeconds: 30, cooldownSeconds: 90 }
    expect(strictestDemand(a, b)).toMatchObject({ expiresSeconds: 30, cooldownSeconds: 90 })
    expect(strictestDemand(a, demand)).toMatchObject({ expiresSeconds: 60, cooldownSeconds: 60 })
  })

  test.each([
    [
      'the same group, as late as the later says',
      { to: 'a', afterSeconds: 1 },
      { to: 'a', afterSeconds: 2 },
      2,
    ],
    ['two groups: to neither', { to: 'a', afterSeconds: 1 }, { to: 'b', afterSeconds: 1 }, null],
    ['one policy says nothing: not at all', { to: 'a', afterSeconds: 1 }, undefined, null],
  ])('escalates %s', (_, one, other, after) => {
    const of = (escalate: typeof other) => ({ ...demand, ...(escalate ? { escalate } : {}) })
    for (const merged of [strictestDemand(of(one), of(other)), strictestDemand(of(other), of(one))])
      expect(merged.escalate?.afterSeconds ?? null).toBe(after)
  })

  test('is merged over the scopes of a request', () => {
    const answers = [{ ...demand, expiresSeconds: 60 }, demand].map((one) => ({
      tenantId,
      answer: { stages: [one] },
    }))
    expect(mergeStages(answers)).toEqual([stage({ expiresSeconds: 60 })])
  })
})

describe('the clock of a stage', () => {
  const waitEnds = waitEndsOf(at(0))
  const timed = {
    opened: at(2),
    expiresSeconds: hours(4),
    escalate: { to: 'managers', afterSeconds: hours(3) },
  }

  test('does not run before its turn', () => {
    const unopened: Partial<Stage> = { expiresSeconds: hours(4), escalate: timed.escalate }
    expect(deadlineOf(stage(unopened), waitEnds)).toBeNull()
    expect(marksOf(stage(unopened), waitEnds)).toEqual([])
    expect(isEscalated(stage(unopened), at(23))).toBe(false)
  })

  test('ends with the stage, and with the request at the latest', () => {
    expect(deadlineOf(stage(timed), waitEnds)).toEqual(at(6))
    expect(deadlineOf(stage({ opened: at(2) }), waitEnds)).toEqual(at(24))
    expect(deadlineOf(stage({ ...timed, opened: at(22) }), waitEnds)).toEqual(at(24))
  })

  test('reminds at half time and escalates before the end, at that very moment', () => {
    expect(marksOf(stage(timed), waitEnds).map(({ kind, at: when }) => [kind, when])).toEqual([
      ['reminded', at(4)],
      ['escalated', at(5)],
    ])
    expect(isEscalated(stage(timed), new Date(at(5).getTime() - 1))).toBe(false)
    expect(isEscalated(stage(timed), at(5))).toBe(true)
    // Opened so late that the request ends before.
    expect(marksOf(stage({ ...timed, opened: at(22) }), waitEnds).map(({ kind }) => kind)).toEqual([
      'reminded',
    ])
  })

  test('a request ends with the first of its open stages, and waits for the next moment', () => {
    const open = [stage(timed), stage({ name: 'owners', opened: at(2), expiresSeconds: hours(8) })]
    expect(clockOf(open, waitEnds, at(2))).toEqual({ answerBy: at(6), nextMark: at(4) })
    expect(clockOf(open, waitEnds, new Date(at(5).getTime() + 1))).toEqual({
      answerBy: at(6),
      nextMark: at(6),
    })
    expect(clockOf([], waitEnds, at(2))).toEqual({ answerBy: at(24), nextMark: null })
  })

  test('today’s demand of the same name goes on from when it was opened', () => {
    const other = TenantId.parse('T-0NE2')
    expect(keepOpened([stage(), stage({ tenantId: other })], [stage({ opened: at(1) })])).toEqual([
      stage({ opened: at(1) }),
      stage({ tenantId: other }),
    ])
  })
})
