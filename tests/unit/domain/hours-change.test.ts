import { describe, expect, test } from 'vitest'
import { HoursChange, setHoursEffect } from '@/lib/domain/hours-change'
import { hoursInWords } from '@/lib/domain/hours-words'
import { RuleChange } from '@/lib/domain/rule-change'
import { USUAL_HOURS, wallClock } from '@/lib/domain/working-hours'

const FORM = {
  kind: 'hours.set' as const,
  timeZone: 'Europe/Zurich',
  days: ['5', '1', '1'],
  fromHour: '9',
  untilHour: '17',
}
const read = (more: object = {}) => HoursChange.safeParse({ ...FORM, ...more })
const problems = (more: object) => {
  const { success, error } = read(more)
  return success ? [] : error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`)
}

describe('the form of working hours', () => {
  test('gives days once and in order, whole hours, and the time zone as it is written', () => {
    expect(read({ timeZone: ' europe/zurich ' }).data).toEqual({
      ...{ kind: 'hours.set', timeZone: 'Europe/Zurich', days: [1, 5], fromHour: 9, untilHour: 17 },
    })
    expect(read({ fromHour: '0', untilHour: '24' }).success).toBe(true)
  })

  test.each([
    [{ timeZone: 'Mars/Olympus' }, 'timeZone: Use a time zone like Europe/Zurich.'],
    [{ timeZone: '' }, 'timeZone: Use a time zone like Europe/Zurich.'],
    [{ timeZone: 'Europe/Zurich\u0000' }, 'timeZone: Use a time zone like Europe/Zurich.'],
    [{ timeZone: 'x'.repeat(65) }, 'timeZone: No time zone has so long a name.'],
    [{ timeZone: undefined }, 'timeZone: Name a time zone.'],
    [{ days: [] }, 'days: Choose at least one day.'],
    [{ days: undefined }, 'days: Choose at least one day.'],
    [{ fromHour: '24' }, 'fromHour: Start at 23:00 at the latest.'],
    [{ untilHour: '25' }, 'untilHour: End at 24:00 at the latest.'],
    [{ fromHour: '' }, 'fromHour: Choose a full hour.'],
    [{ fromHour: '8.5' }, 'fromHour: Choose a full hour.'],
    [{ fromHour: '-1' }, 'fromHour: Choose a full hour.'],
    [{ fromHour: '17' }, 'untilHour: End after the start, on the same day.'],
    [{ fromHour: '18' }, 'untilHour: End after the start, on the same day.'],
  ])('with %j says %s', (more, says) => {
    expect(problems(more)).toContain(says)
  })

  test.each([['0'], ['8'], ['1e0'], ['Mon']])('takes no day "%s"', (day) => {
    expect(problems({ days: [day] })).toHaveLength(1)
  })

  test('is stored and read back as a change of the rules', () => {
    const change = HoursChange.parse(FORM)
    expect(RuleChange.parse(JSON.parse(JSON.stringify(change)))).toEqual(change)
    expect(RuleChange.safeParse({ ...change, untilHour: 9 }).success).toBe(false)
  })
})

test('the change says before and after in words, over the version that was read', () => {
  const change = HoursChange.parse(FORM)
  const state = { hours: USUAL_HOURS, rev: 3 }
  expect(setHoursEffect(change, state)).toMatchObject({
    value: {
      of: 'Working hours',
      before: 'Mon, Tue, Wed, Thu, Fri, 08:00 to 18:00, UTC',
      after: 'Mon, Fri, 09:00 to 17:00, Europe/Zurich',
      rev: 3,
    },
  })
  expect(setHoursEffect(change, { hours: change, rev: 4 })).toMatchObject({
    refusal: { code: 'nothing_to_change' },
  })
})

test('words for nobody at work and the clock on the wall', () => {
  expect(hoursInWords({ ...USUAL_HOURS, days: [] })).toBe('no day, 08:00 to 18:00, UTC')
  expect(wallClock({ timeZone: 'Europe/Zurich' }, new Date('2026-03-02T23:05:00Z'))).toBe('Tue 00:05')
})
