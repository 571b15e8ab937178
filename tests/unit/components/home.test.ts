import { describe, expect, test } from 'vitest'
import { approverFigures, requesterFigures } from '@/components/home/figures'
import { inShort } from '@/components/home/in-short'
import { placeOf } from '@/components/home/story-places'

describe('figures', () => {
  test('a median is said in the unit that keeps it short', () => {
    const of = (medianSeconds: number | null) =>
      requesterFigures({ filed: 1, atOnce: 1, medianSeconds, refused: 0 })[2]
    expect(of(null)).toMatchObject({ value: 'None' })
    expect(of(90)).toMatchObject({ value: '90', unit: 's' })
    expect(of(360)).toMatchObject({ value: '6', unit: 'min' })
    expect(of(10_800)).toMatchObject({ value: '3', unit: 'h' })
  })

  test('large counts are grouped', () => {
    const [first] = approverFigures({ signed: 0, denied: 0, medianSeconds: null }, 12_345)
    expect(first).toEqual({ label: 'Waiting for me', value: '12,345' })
  })
})

describe('what Home says first', () => {
  const nothing = { proposals: 0, waiting: 0, awaiting: 0, live: 0 }

  test('names what needs one, and a change of the rules among it', () => {
    expect(inShort({ ...nothing, proposals: 3 })).toBe('3 proposals need you.')
    expect(inShort({ proposals: 1, waiting: 1, awaiting: 1, live: 2 })).toBe(
      '1 proposal needs you. 1 request needs you. 1 of yours waits for a countersignature. 2 tasks of yours are live.',
    )
  })

  test('says that nothing waits only when nothing does', () => {
    expect(inShort(nothing)).toBe('Nothing waits for you and nothing of yours is live.')
  })
})

describe('where a step of the story is done', () => {
  test('at its request, once there is one', () => {
    expect(placeOf('countersign', 'R-7F3K', false).href).toBe('/requests/R-7F3K')
    expect(placeOf('countersign', null, false).href).toBe('/requests')
  })

  test('revoking needs something live', () => {
    expect(placeOf('revoke', 'R-7F3K', true).href).toBe('/grants')
    expect(placeOf('revoke', 'R-7F3K', false).href).toContain('/requests/new')
  })
})
