import { describe, expect, test } from 'vitest'
import { lookAlikeOf, skeletonOf } from '@/lib/domain/look-alike'

describe('A03: a name that another is taken for', () => {
  test.each([
    ['refund-triage', 'refund-triage'],
    ['refund-triage', 'refundtriage'],
    ['refund-triage', 'refund--triage'],
    ['refund-triage', 'Refund-Triage'],
    ['refund-triage', 'refund-tr1age'],
    ['refund-triage', 'refund-trlage'],
    ['billing', 'bi11ing'],
    ['order-bot', '0rder-b0t'],
    ['intern-bot', 'intem-bot'],
    ['vvriter', 'writer'],
    ['co-rn', 'com'],
  ])('%s and %s', (name, other) => {
    expect(skeletonOf(name)).toBe(skeletonOf(other))
    expect(lookAlikeOf(other, ['nobody', name])).toBe(name)
  })

  test.each([
    ['refund-triage', 'refund-triage-2'],
    ['billing', 'filing'],
    ['secret-rotator', 'secret-reader'],
  ])('not %s and %s', (name, other) => {
    expect(lookAlikeOf(other, [name])).toBeNull()
  })
})
