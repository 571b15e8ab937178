import { describe, expect, test } from 'vitest'
import { GroupId, PersonId } from '@/lib/domain/ids'
import { lostSeats, makesCycle, type Nesting, reachOf, type Seating, seatsIn } from '@/lib/domain/nesting'
import fc from '@/tests/harness/fast-check'

const NAMES = ['A', 'B', 'C', 'D', 'E'] as const
const id = (name: string) => GroupId.parse(`U-0000000${name}`)
const person = (name: string) => PersonId.parse(`P-00000000000${name}`)
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const link = (outer: string, inner: string, minute = 0, addedBy = 'setup'): Nesting => ({
  ...{ outerId: id(outer), innerId: id(inner), addedBy, added: at(minute) },
})

describe('a circle', () => {
  test.each([
    ['itself', [], 'A', 'A', true],
    ['back at once', [link('A', 'B')], 'B', 'A', true],
    ['back at any depth', [link('A', 'B'), link('B', 'C'), link('C', 'D')], 'D', 'A', true],
    ['a second way is none', [link('A', 'B'), link('B', 'C')], 'A', 'C', false],
    ['two that hold a third are none', [link('A', 'C')], 'B', 'C', false],
  ] as const)('%s', (_, nestings, outer, inner, is) => {
    expect(makesCycle(nestings, { outerId: id(outer), innerId: id(inner) })).toBe(is)
  })
})

test('a group is inside since the first whole way to it, given by everybody on any way', () => {
  const reach = reachOf([
    link('A', 'B', 1, 'one'),
    link('B', 'D', 5, 'two'),
    link('A', 'C', 2, 'three'),
    link('C', 'D', 3, 'one'),
  ])
  const found = (outer: string, inner: string) =>
    reach.find(({ outerId, innerId }) => outerId === id(outer) && innerId === id(inner))
  expect(found('A', 'D')).toMatchObject({ since: at(3), givenBy: ['one', 'three', 'two'] })
  expect(found('B', 'D')).toMatchObject({ since: at(5), givenBy: ['two'] })
  expect(reach).toHaveLength(5)
})

const seating = (nestings: readonly Nesting[], seats: readonly (readonly [string, string])[]): Seating => ({
  groups: NAMES.map((name) => ({ id: id(name), slug: name, name })),
  seats: seats.map(([group, who]) => ({ groupId: id(group), personId: person(who) })),
  nestings,
})

test('what is lost is what no other way gives', () => {
  const nestings = [link('A', 'B'), link('B', 'C'), link('A', 'C')]
  const before = seating(nestings, [
    ['C', '1'],
    ['B', '2'],
  ])
  const after = { ...before, nestings: nestings.slice(1) }
  expect(lostSeats(before, after)).toEqual([{ personId: person('2'), stage: 'A' }])
})

test('any graph without circles: who sits where is what walking it says', () => {
  const pair = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES))
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 12 }), (pairs) => {
      const nestings: Nesting[] = []
      for (const [outer, inner] of pairs) {
        const one = link(outer, inner)
        const isKnown = nestings.some(
          ({ outerId, innerId }) => outerId === one.outerId && innerId === one.innerId,
        )
        if (!isKnown && !makesCycle(nestings, one)) nestings.push(one)
      }
      const walk = (group: string): string[] => [
        group,
        ...nestings
          .filter(({ innerId }) => innerId === id(group))
          .flatMap(({ outerId }) => walk(NAMES.find((name) => id(name) === outerId) ?? '')),
      ]
      for (const name of NAMES) {
        const stages = seatsIn(seating(nestings, [[name, '1']])).map(({ stage }) => stage)
        expect(stages.sort()).toEqual([...new Set(walk(name))].sort())
      }
    }),
    { numRuns: 500 },
  )
})
