import { describe, expect, it } from 'vitest'
import { CLOSED, matching, moved, namedInFull, opened, typing } from '@/components/ui/combobox-state'

const OPTIONS = [
  { value: 'a', label: 'refund-triage', description: 'Owner Second approver' },
  { value: 'b', label: 'release-notes' },
  { value: 'c', label: 'room-planner' },
]

const values = (typed: string | null) => matching(OPTIONS, typed).map(({ value }) => value)

describe('what the list shows', () => {
  it('is everything until somebody types', () => {
    expect(values(null)).toEqual(['a', 'b', 'c'])
    expect(values('  ')).toEqual(['a', 'b', 'c'])
  })

  it('is what holds the words in name or description, in any case', () => {
    expect(values('RE')).toEqual(['a', 'b'])
    expect(values('second')).toEqual(['a'])
    expect(values('nothing')).toEqual([])
  })
})

describe('moving', () => {
  it('starts at the chosen option, else at the first', () => {
    expect(opened(OPTIONS, 'c').active).toBe(2)
    expect(opened(OPTIONS, '').active).toBe(0)
    expect(opened([], '').active).toBe(-1)
  })

  it('goes round at both ends and nowhere in an empty list', () => {
    const last = { ...CLOSED, open: true, active: 2 }
    expect(moved(last, 1, 3).active).toBe(0)
    expect(moved({ ...last, active: 0 }, -1, 3).active).toBe(2)
    expect(moved(last, 1, 0).active).toBe(-1)
  })

  it('points to nothing when nothing is found', () => {
    expect(typing('zzz', 0)).toEqual({ open: true, typed: 'zzz', active: -1 })
  })
})

describe('leaving the box', () => {
  it('takes an option that was typed in full, and no other', () => {
    expect(namedInFull(OPTIONS, ' Release-Notes ')?.value).toBe('b')
    expect(namedInFull(OPTIONS, 'release')).toBeUndefined()
    expect(namedInFull(OPTIONS, null)).toBeUndefined()
  })
})
