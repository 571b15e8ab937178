import { expect, it } from 'vitest'
import { listed, requestTitle, shortDuration } from '@/components/requests/words'
import { counted } from '@/lib/domain/counted'

it('computes the title from the terms', () => {
  const request = { agent: { slug: 'refund-triage' }, scopes: [1, 2, 3], durationSeconds: 45 * 60 }
  expect(requestTitle(request, 'awaiting')).toBe('refund-triage asks for 3 scopes, for 45 minutes')
  expect(requestTitle({ ...request, scopes: [1] }, 'revoked')).toBe(
    'refund-triage had 1 scope, for 45 minutes',
  )
})

it('counts, lists and shortens', () => {
  expect([counted(1, 'entry', 'entries'), counted(0, 'scope')]).toEqual(['1 entry', '0 scopes'])
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c'])
  expect([shortDuration(5400), shortDuration(0), shortDuration(90_000)]).toEqual([
    '1 h 30 min',
    '0 s',
    '1 d 1 h',
  ])
})
