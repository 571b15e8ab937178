import { describe, expect, test } from 'vitest'
import { underWay } from '@/lib/domain/under-way'
import fc from '@/tests/harness/fast-check'

describe('what is under way', () => {
  test('is what has begun and not ended, each at a place of its own', () => {
    const comings = fc.array(fc.oneof(fc.constant('begin' as const), fc.nat({ max: 20 })), { maxLength: 200 })
    fc.assert(
      fc.property(comings, (steps) => {
        const [list, model] = [underWay<{ n: number }>(), new Map<number, { n: number }>()]
        for (const [n, step] of steps.entries()) {
          if (step === 'begin') {
            const place = list.begin({ n })
            expect(model.has(place)).toBe(false)
            model.set(place, { n })
          } else {
            expect(list.end(step)).toEqual(model.get(step))
            model.delete(step)
          }
          const here = [...model.values()].map((one) => one.n).sort()
          expect(
            list
              .all()
              .map((one) => one.n)
              .sort(),
          ).toEqual(here)
        }
      }),
    )
  })

  test('needs no more places than were ever taken at once', () => {
    const list = underWay<object>()
    const taken = Array.from({ length: 1000 }, () => {
      const [first, second] = [list.begin({}), list.begin({})]
      list.end(first)
      list.end(second)
      return Math.max(first, second)
    })
    expect(Math.max(...taken)).toBe(1)
  })
})
