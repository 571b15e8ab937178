import { describe, expect, test } from 'vitest'
import { isWorkingHour, USUAL_HOURS, WorkingHours } from '@/lib/domain/working-hours'
import { PolicyCases, runCases } from '@/lib/policy/cases'
import { decide } from '@/lib/policy/decide'
import { loadPolicySet } from '@/lib/policy/load'
import { replay } from '@/lib/policy/replay'
import { defaultText, question, setOf } from './world'

const at = (text: string) => new Date(text)

describe('working hours', () => {
  test.each([
    ['2026-03-02T08:00:00Z', true],
    ['2026-03-02T07:59:59Z', false],
    ['2026-03-02T17:59:59Z', true],
    ['2026-03-02T18:00:00Z', false],
    ['2026-03-01T10:00:00Z', false],
  ])('Monday to Friday, 8 to 18, in UTC, unless a tenant says otherwise: %s', (time, is) => {
    expect(isWorkingHour(USUAL_HOURS, at(time))).toBe(is)
  })

  test('are the tenant’s own, summer time included', () => {
    const zurich = { ...USUAL_HOURS, timeZone: 'Europe/Zurich' }
    expect(isWorkingHour(zurich, at('2026-03-02T07:30:00Z'))).toBe(true)
    expect(isWorkingHour(zurich, at('2026-07-06T06:30:00Z'))).toBe(true)
    expect(isWorkingHour(zurich, at('2026-03-02T06:30:00Z'))).toBe(false)
    const auckland = { ...USUAL_HOURS, timeZone: 'Pacific/Auckland' }
    expect(isWorkingHour(auckland, at('2026-03-01T20:00:00Z'))).toBe(true)
  })

  test('take a time zone there is', () => {
    expect(WorkingHours.safeParse({ ...USUAL_HOURS, timeZone: 'Mars/Olympus' }).success).toBe(false)
  })
})

const AT_WORK = `@id("at-work") @says("Only while people are at work.")
  forbid (principal, action, resource) unless { context.workingHours };`

test('policies may ask for them, and cases may say them', () => {
  const set = setOf(AT_WORK)
  const ask = { action: 'ticket:read' }
  const results = runCases(set, [
    PolicyCases.parse({
      policy: 'at-work',
      cases: [
        { name: 'Monday morning.', ask, expect: { verdict: 'allowed', policies: ['all'] } },
        {
          name: 'Sunday.',
          ask: { ...ask, at: '2026-03-01T10:00:00Z' },
          expect: { verdict: 'refused', policies: ['at-work'] },
        },
        {
          name: 'As it is said.',
          ask: { ...ask, workingHours: false },
          expect: { verdict: 'refused', policies: ['at-work'] },
        },
      ],
    }),
  ])
  expect(results.map(({ difference }) => difference)).toEqual(['', '', ''])
})

test('a stored decision replays with the hours it was made in', () => {
  const set = setOf(AT_WORK)
  const answer = decide(set, question('ticket:read', { workingHours: false }))
  expect(JSON.parse(answer.input).context.workingHours).toBe(false)
  expect(replay(set, answer.input).verdict).toBe('refused')
})

test('a set from before there were any is asked, and replayed, without them', () => {
  const old = loadPolicySet({
    schema: defaultText.schema.replace(/^\s*workingHours: Bool,$/m, ''),
    policies: [{ name: 'a.cedar', text: '@id("all") @says("All.") permit (principal, action, resource);' }],
  })
  const answer = decide(old, question('ticket:read'))
  expect(answer.input).not.toContain('workingHours')
  expect(replay(old, answer.input).verdict).toBe('allowed')
})
