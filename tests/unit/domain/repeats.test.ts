import { beforeEach, describe, expect, test } from 'vitest'
import type { TrailEvent } from '@/lib/domain/events'
import { TenantId } from '@/lib/domain/ids'
import { countRepeats, type Repeats } from '@/lib/domain/repeats'

const EVENT: TrailEvent = {
  ...{ type: 'credential.asked', outcome: 'allowed', tenantId: TenantId.parse('T-0NE1') },
  data: { server: 'https://tickets.example', active: true, reason: null },
}

let now: number
let repeats: Repeats

beforeEach(() => {
  now = 0
  repeats = countRepeats(() => now)
})

const left = (all = false) => repeats.leftOver(all).map((one) => one.repeats)

describe('a question that is asked again', () => {
  test('is counted for a minute after it was traced, and not longer', () => {
    expect([repeats.isFresh('a'), repeats.count('a', null)]).toEqual([false, false])
    repeats.traced('a', EVENT, null)
    now = 59_999
    expect([repeats.isFresh('a'), repeats.count('a', null), repeats.count('b', null)]).toEqual([
      true,
      true,
      false,
    ])
    now = 60_000
    expect([repeats.isFresh('a'), repeats.count('a', null)]).toEqual([false, false])
    expect(repeats.take('a').repeats).toBe(1)
    expect(repeats.take('a').repeats).toBe(0)
  })

  test('with another answer is not counted', () => {
    repeats.traced('a', EVENT, null)
    expect(repeats.count('a', 'grant_revoked')).toBe(false)
    repeats.traced('a', EVENT, 'grant_revoked')
    expect([repeats.count('a', null), repeats.count('a', 'grant_revoked')]).toEqual([false, true])
  })

  test('keeps what was counted while the other answer was being written', () => {
    repeats.traced('a', EVENT, null)
    repeats.count('a', null)
    const taken = repeats.take('a')
    repeats.count('a', null)
    repeats.traced('a', EVENT, 'grant_revoked')
    expect([taken.repeats, left()]).toEqual([1, [1]])
    expect(left(true)).toEqual([])
  })

  test('gets its count back when the event cannot be written', () => {
    repeats.traced('a', EVENT, null)
    repeats.count('a', null)
    const taken = repeats.take('a')
    repeats.count('a', null)
    taken.giveBack()
    expect(repeats.take('a').repeats).toBe(2)
  })
})

describe('what is left over', () => {
  test('is told when the minute is over, or of all at the end, once', () => {
    for (const key of ['a', 'b']) {
      repeats.traced(key, EVENT, null)
      repeats.count(key, null)
      now += 30_000
    }
    expect(left()).toEqual([1])
    expect(left()).toEqual([])
    expect(left(true)).toEqual([1])
    expect(left(true)).toEqual([])
  })

  test('is told later when it cannot be written', () => {
    repeats.traced('a', EVENT, null)
    repeats.count('a', null)
    for (const { giveBack } of repeats.leftOver(true)) giveBack()
    expect(left()).toEqual([1])
    repeats.traced('a', EVENT, null)
    repeats.count('a', null)
    const taken = repeats.take('a')
    expect(left(true)).toEqual([])
    taken.giveBack()
    expect(left()).toEqual([1])
  })

  test('is never more than ten thousand questions: the others are traced each time', () => {
    for (let at = 0; at < 10_001; at += 1) repeats.traced(`${at}`, EVENT, null)
    expect([repeats.isFresh('9999'), repeats.isFresh('10000')]).toEqual([true, false])
    repeats.traced('9999', EVENT, 'grant_revoked')
    expect(repeats.count('9999', 'grant_revoked')).toBe(true)
    now = 60_000
    expect(left()).toEqual([1])
    repeats.traced('10000', EVENT, null)
    expect(repeats.isFresh('10000')).toBe(true)
  })
})
