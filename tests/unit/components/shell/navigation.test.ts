import { describe, expect, it } from 'vitest'
import { currentItem, opensGroup } from '@/components/shell/navigation'
import { paletteEntries } from '@/components/shell/palette-entries'

const ITEMS = [
  { label: 'Home', href: '/', group: 0 },
  { label: 'Requests', href: '/requests', group: 0 },
  { label: 'New request', href: '/requests/new', group: 0 },
  { label: 'Audit trail', href: '/audit', group: 1 },
]

describe('the current entry', () => {
  it.each([
    ['/', 'Home'],
    ['/requests', 'Requests'],
    ['/requests/R-7F3K', 'Requests'],
    ['/requests/new', 'New request'],
    ['/audit/48103', 'Audit trail'],
  ])('of %s is %s', (path, label) => {
    expect(currentItem(ITEMS, path)?.label).toBe(label)
  })

  it('is none where no entry leads', () => {
    expect(currentItem(ITEMS, '/requests-of-others')).toBeUndefined()
    expect(currentItem(ITEMS, '/settings')).toBeUndefined()
  })
})

it('separates groups, but not before the first', () => {
  expect(ITEMS.map((_, index) => opensGroup(ITEMS, index))).toEqual([false, false, false, true])
})

describe('the palette', () => {
  it('lists pages by name', () => {
    expect(paletteEntries(ITEMS, '').map(({ label }) => label)).toEqual(ITEMS.map(({ label }) => label))
    expect(paletteEntries(ITEMS, 'new')[0]?.href).toBe('/requests/new')
  })

  it('offers the search only to those who have a trail', () => {
    expect(paletteEntries(ITEMS, 'a&b').at(-1)?.href).toBe('/audit?q=a%26b')
    expect(paletteEntries(ITEMS.slice(0, 3), 'a&b')).toEqual([])
  })
})
