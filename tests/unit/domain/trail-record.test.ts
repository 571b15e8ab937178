import { describe, expect, test } from 'vitest'
import { aboutEntry, type TrailRow, toneOfEntry } from '@/lib/domain/trail-record'
import { MOST_BARS, stepOf } from '@/lib/domain/trail-time'

const row = (changes: Partial<TrailRow>): TrailRow => ({
  leaf: 1,
  at: new Date(0),
  type: 'request.filed',
  outcome: 'done',
  human: null,
  agent: null,
  requestId: 'R-7F3K',
  grantId: null,
  credentialId: null,
  decisionIds: [],
  policyIds: [],
  data: {},
  ...changes,
})

describe('an entry', () => {
  test('is bad when something was refused, revoked or suspended, whatever its type', () => {
    expect(toneOfEntry(row({ outcome: 'refused' }))).toBe('bad')
    expect(toneOfEntry(row({ type: 'grant.revoked' }))).toBe('bad')
    expect(toneOfEntry(row({ type: 'agent.suspended' }))).toBe('bad')
    expect(toneOfEntry(row({ outcome: 'held' }))).toBe('wait')
    expect(toneOfEntry(row({ type: 'grant.opened' }))).toBe('live')
    expect(toneOfEntry(row({ type: 'approval.signed' }))).toBe('good')
    expect(toneOfEntry(row({ type: 'person.signed_in' }))).toBe('neutral')
  })

  test('says in a word what it was about', () => {
    expect(aboutEntry(row({}))).toBe('R-7F3K')
    expect(aboutEntry(row({ type: 'grant.opened', grantId: 'G-41QX' }))).toBe('G-41QX')
    expect(aboutEntry(row({ type: 'approval.signed', data: { stage: 'security' } }))).toBe('security')
    expect(aboutEntry(row({ type: 'person.signed_in', requestId: null }))).toBe('')
  })
})

describe('a bar of the histogram', () => {
  test('is as wide as it takes for at most 60 of them', () => {
    for (const seconds of [0, 1, 3600, 86_400, 28 * 86_400, 400 * 86_400, 50 * 365 * 86_400]) {
      const step = stepOf(new Date(0), new Date(seconds * 1000))
      expect(seconds / step.seconds).toBeLessThan(MOST_BARS)
    }
    expect(stepOf(new Date(0), new Date(60_000)).words).toBe('by the minute')
    expect(stepOf(new Date(0), new Date(28 * 86_400_000)).words).toBe('by the day')
  })
})
