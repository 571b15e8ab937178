import { describe, expect, test } from 'vitest'
import { BoundedMap } from '@/lib/domain/bounded-map'

function full(): BoundedMap<string, number> {
  return new BoundedMap<string, number>(3).set('a', 1).set('b', 2).set('c', 3)
}

const entriesOf = (map: ReadonlyMap<string, number>) => Object.fromEntries(map)

describe('a bounded map', () => {
  test('holds as many as it may', () => {
    expect(entriesOf(full())).toEqual({ a: 1, b: 2, c: 3 })
  })

  test('forgets all of them for one more', () => {
    expect(entriesOf(full().set('d', 4))).toEqual({ d: 4 })
  })

  test('forgets the others for another value of one it has, once it is full and not before', () => {
    expect(entriesOf(full().set('a', 4))).toEqual({ a: 4 })
    const map = new BoundedMap<string, number>(3).set('a', 1).set('b', 2)
    expect(entriesOf(map.set('a', 4))).toEqual({ a: 4, b: 2 })
  })

  test('saves nothing for being read', () => {
    const map = full()
    expect([map.get('a'), map.has('a')]).toEqual([1, true])
    expect(map.set('d', 4).get('a')).toBeUndefined()
  })

  test('has room again for each that was taken out', () => {
    const map = full()
    map.delete('b')
    expect(entriesOf(map.set('d', 4))).toEqual({ a: 1, c: 3, d: 4 })
  })

  test('never holds more, however many come', () => {
    const map = new BoundedMap<number, number>(64)
    const sizes = Array.from({ length: 1000 }, (_, at) => map.set(at, at).size)
    expect([Math.max(...sizes), map.get(999)]).toEqual([64, 999])
  })
})
