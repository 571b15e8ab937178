import { describe, expect, test } from 'vitest'
import { type Bound, boundSentences, cursorOf, cursorText, liveFilterOf } from '@/lib/domain/live-grant'

const NOW = Date.UTC(2026, 10, 23, 14, 2, 11)
const bound = (server: string, check: Bound['check'], lastTokenEnds: number | null = null): Bound => ({
  server,
  check,
  lastTokenEnds,
})

describe('from when a resource server refuses', () => {
  test('those that ask refuse at once, those that verify offline when their last token ends', () => {
    const ends = Date.UTC(2026, 10, 23, 14, 6, 40)
    const bounds = [
      bound('Vault', 'introspection', ends),
      bound('Refunds', 'introspection'),
      bound('Tickets', 'offline', ends),
    ]
    expect(boundSentences(bounds, NOW)).toEqual([
      'Vault and Refunds ask at every call: refused from now on.',
      'Tickets verifies offline: refuses when its last token ends at 14:06:40 UTC.',
    ])
  })

  test('one that asks is one', () => {
    expect(boundSentences([bound('Vault', 'introspection')], NOW)).toEqual([
      'Vault asks at every call: refused from now on.',
    ])
  })

  test('no token, or one that is over, leaves nothing to wait for', () => {
    expect(boundSentences([bound('Tickets', 'offline')], NOW)).toEqual([
      'Tickets verifies offline: it was given no token.',
    ])
    expect(boundSentences([bound('Tickets', 'offline', NOW)], NOW)).toEqual([
      'Tickets verifies offline: its last token ended at 14:02:11 UTC.',
    ])
  })
})

describe('what stands in the address', () => {
  test('an unknown filter shows all', () => {
    expect(liveFilterOf('ending')).toBe('ending')
    for (const other of ['', 'Ending', ['ending', 'all'], undefined, '__proto__'])
      expect(liveFilterOf(other)).toBe('all')
  })

  test('a cursor comes back as it was written, anything else is the first page', () => {
    expect(cursorOf(cursorText({ opened: NOW, id: 'G-7F3K' }))).toEqual({
      opened: new Date(NOW),
      id: 'G-7F3K',
    })
    for (const other of ['', null, undefined, 'G-7F3K', '_', '1_G-7f3k', `${'9'.repeat(20)}_G-7F3K`])
      expect(cursorOf(other)).toBeNull()
  })
})
