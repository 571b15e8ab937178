import { describe, expect, it } from 'vitest'
import {
  clockOf,
  countdownOf,
  isoDurationOf,
  lastsOf,
  momentOf,
  relativeTo,
  roughly,
} from '@/components/ui/time-words'

const NOW = new Date('2026-11-23T14:02:13.900Z')
const secondsBefore = (seconds: number) => new Date(NOW.getTime() - seconds * 1000)

describe('moments', () => {
  it('are written in UTC with seconds', () => {
    expect(clockOf(NOW)).toBe('14:02:13')
    expect(momentOf(new Date('2026-01-02T03:04:05Z'))).toBe('2 Jan 2026, 03:04:05 UTC')
  })
})

describe('relative times', () => {
  it.each([
    [0, 'just now'],
    [1, '1 second ago'],
    [59, '59 seconds ago'],
    [60, '1 minute ago'],
    [3_599, '59 minutes ago'],
    [7_200, '2 hours ago'],
    [90_000, '1 day ago'],
    [-180, 'in 3 minutes'],
  ])('%d seconds before now is "%s"', (seconds, words) => {
    expect(relativeTo(secondsBefore(seconds), NOW)).toBe(words)
  })

  it('becomes the day after 30 days, in both directions', () => {
    expect(relativeTo(secondsBefore(31 * 86_400), NOW)).toBe('23 Oct 2026')
    expect(relativeTo(secondsBefore(-31 * 86_400), NOW)).toBe('24 Dec 2026')
  })
})

describe('durations', () => {
  it('are rough where a glance is enough and whole where a promise is made', () => {
    expect(roughly(5_399)).toBe('1 hour')
    expect(lastsOf(5_400)).toBe('1 hour 30 minutes')
    expect(lastsOf(2_700)).toBe('45 minutes')
    expect(lastsOf(0)).toBe('0 seconds')
  })
})

describe('the countdown', () => {
  it.each([
    [2_477_000, '00:41:17'],
    [1, '00:00:01'],
    [0, '00:00:00'],
    [-5_000, '00:00:00'],
    [360_000_000, '100:00:00'],
  ])('shows %d ms as %s', (milliseconds, figures) => {
    expect(countdownOf(milliseconds)).toBe(figures)
  })

  it('reaches zero only when nothing is left', () => {
    expect(countdownOf(999)).toBe('00:00:01')
    expect(isoDurationOf(999)).toBe('PT1S')
  })
})
