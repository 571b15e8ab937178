import { describe, expect, it } from 'vitest'
import { isSame, matches, namedInFull } from '@/components/ui/combobox-option'

const OPTIONS = [
  { value: 'a', label: 'refund-triage', description: 'Owner Second approver' },
  { value: 'b', label: 'release-notes' },
  { value: 'c', label: 'room-planner' },
]

const values = (typed: string) => OPTIONS.filter((option) => matches(option, typed)).map(({ value }) => value)

describe('what the list shows', () => {
  it('is everything until somebody types', () => {
    expect(values('  ')).toEqual(['a', 'b', 'c'])
  })

  it('is what holds the words in name or description, in any case', () => {
    expect(values('RE')).toEqual(['a', 'b'])
    expect(values('second')).toEqual(['a'])
    expect(values('nothing')).toEqual([])
  })
})

describe('leaving the box', () => {
  it('takes an option that was typed in full, and no other', () => {
    expect(namedInFull(OPTIONS, ' Release-Notes ')?.value).toBe('b')
    expect(namedInFull(OPTIONS, 'release')).toBeUndefined()
    expect(namedInFull(OPTIONS, '')).toBeUndefined()
  })
})

it('knows an option again by its value', () => {
  expect(isSame({ value: 'a', label: 'old words' }, { value: 'a', label: 'new words' })).toBe(true)
  expect(isSame({ value: 'a', label: 'same words' }, { value: 'b', label: 'same words' })).toBe(false)
})
