import { describe, expect, test } from 'vitest'
import {
  changesNothing,
  JWKS_MAX_AGE_SECONDS,
  type KeyState,
  type KeyTimes,
  PUBLISHED_AHEAD_SECONDS,
  planEnd,
  planEvents,
  planRotation,
  planUpkeep,
  publishedUntil,
} from '@/lib/domain/signing-key'

const NOW = new Date('2026-11-26T12:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000)
const DAY = 24 * 3600

const key = (kid: string, state: KeyState, more: Partial<KeyTimes> = {}): KeyTimes => ({
  ...{ kid, state, created: ago(DAY), activated: null, retired: null, signedUntil: null },
  ...(state === 'active' ? { activated: ago(DAY) } : {}),
  ...more,
})
const active = key('a', 'active')
const next = key('n', 'next')

describe('rotation with overlap', () => {
  test('the next key signs, the one before is kept, and another is next', () => {
    expect(planRotation([active, next], NOW)).toEqual({
      moves: [
        { kid: 'a', from: 'active', to: 'old' },
        { kid: 'n', from: 'next', to: 'active' },
      ],
      makesNext: true,
    })
  })

  test('a next key that not everybody can have yet does not sign', () => {
    const made = (seconds: number) => planRotation([active, key('n', 'next', { created: ago(seconds) })], NOW)
    expect(made(PUBLISHED_AHEAD_SECONDS - 1)).toBeNull()
    expect(made(PUBLISHED_AHEAD_SECONDS)).not.toBeNull()
    expect(PUBLISHED_AHEAD_SECONDS).toBeGreaterThan(JWKS_MAX_AGE_SECONDS)
    expect(planRotation([active], NOW)).toBeNull()
  })
})

describe('an end without overlap', () => {
  test('of the key that signs: the next one takes over, however young', () => {
    const young = key('n', 'next', { created: NOW })
    expect(planEnd([active, young], 'a')).toEqual({
      moves: [
        { kid: 'a', from: 'active', to: 'ended' },
        { kid: 'n', from: 'next', to: 'active' },
      ],
      makesNext: true,
    })
  })

  test('of the next key, of an old one, of one that is not there', () => {
    const old = key('o', 'old', { retired: ago(60) })
    const all = [active, next, old]
    expect(planEnd(all, 'n')).toEqual({ moves: [{ kid: 'n', from: 'next', to: 'ended' }], makesNext: true })
    expect(planEnd(all, 'o')).toEqual({ moves: [{ kid: 'o', from: 'old', to: 'ended' }], makesNext: false })
    expect(planEnd(all, 'x')).toBeNull()
    expect(planEnd([key('e', 'ended')], 'e')).toBeNull()
  })
})

describe('what time asks for', () => {
  test('nothing, while nothing is due', () => {
    expect(changesNothing(planUpkeep([active, next], NOW))).toBe(true)
  })

  test('the turn of the next key after 90 days, and not before it was published long enough', () => {
    const due = key('a', 'active', { activated: ago(90 * DAY) })
    expect(planUpkeep([due, next], NOW).moves).toHaveLength(2)
    expect(
      changesNothing(planUpkeep([key('a', 'active', { activated: ago(90 * DAY - 1) }), next], NOW)),
    ).toBe(true)
    expect(changesNothing(planUpkeep([due, key('n', 'next', { created: NOW })], NOW))).toBe(true)
  })

  test('a next key where there is none', () => {
    expect(planUpkeep([active], NOW)).toEqual({ moves: [], makesNext: true })
  })

  test('the end of an old key once its last token and its last mandate have ended', () => {
    const old = (retired: number, signedUntil: Date | null) =>
      planUpkeep([active, next, key('o', 'old', { retired: ago(retired), signedUntil })], NOW).moves
    expect(old(3600, null)).toEqual([])
    expect(old(2 * 3600, null)).toEqual([{ kid: 'o', from: 'old', to: 'ended' }])
    expect(old(2 * 3600, ago(-1))).toEqual([])
    expect(old(2 * 3600, NOW)).toHaveLength(1)
  })

  test('until when an old key is published is the later of the two', () => {
    expect(publishedUntil({ retired: null, signedUntil: ago(-9) })).toBeNull()
    expect(publishedUntil({ retired: NOW, signedUntil: null })).toEqual(ago(-2 * 3600))
    expect(publishedUntil({ retired: NOW, signedUntil: ago(-DAY) })).toEqual(ago(-DAY))
  })
})

test('what the trail remembers of a rotation that the clock made names nobody', () => {
  const plan = planRotation([active, next], NOW)
  const events = plan && planEvents(plan, { made: 'm', because: 'time' })
  expect(events).toEqual([
    { type: 'key.rotated', outcome: 'done', data: { kid: 'n', from: 'a', because: 'time' } },
    { type: 'key.created', outcome: 'done', data: { kid: 'm', state: 'next', alg: 'ES256' } },
  ])
})
