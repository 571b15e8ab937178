import { expect, it } from 'vitest'
import { cursorFrom, cursorOf, listHref, statusesOf } from '@/components/requests/list-filter'

it('takes a group of states, one state, and nothing else', () => {
  expect(statusesOf('ended')).toEqual(['completed', 'revoked', 'expired'])
  expect(statusesOf('denied')).toEqual(['denied'])
  expect(statusesOf('nonsense')).toEqual([])
  expect(statusesOf('toString')).toEqual([])
})

it('keeps every narrowing in the address', () => {
  expect(listHref('/requests', { state: '', own: false, before: '' })).toBe('/requests')
  expect(listHref('/requests', { state: 'live', own: true, before: '' })).toBe('/requests?state=live&own=1')
})

it('reads its own cursor and no other text', () => {
  const row = { filed: new Date('2026-11-24T14:02:13.123Z'), id: 'R-7F3K' }
  expect(cursorFrom(cursorOf(row))).toEqual(row)
  for (const text of ['', '_', 'x_R-7F3K', '2026-11-24T14:02:13Z_', "2026-11-24T14:02:13Z_R-' or 1=1"])
    expect(cursorFrom(text)).toBeUndefined()
})
