import { afterEach, expect, test } from 'vitest'
import { inTurn } from '@/lib/authority/in-turn'
import { setAvailability } from '@/lib/data/availability'

const done: string[] = []
const faults: unknown[] = []
const step = (name: string) => async () => {
  done.push(name)
}
const failing = (name: string) => async () => {
  done.push(name)
  throw new Error(name)
}

afterEach(() => {
  done.length = 0
  faults.length = 0
  setAvailability('open')
})

test('a step that fails is told of, and those behind it have their turn', async () => {
  await inTurn([step('first'), failing('second'), step('third')], (fault) => faults.push(fault))
  expect(done).toEqual(['first', 'second', 'third'])
  expect(faults.map(String)).toEqual(['Error: second'])
})

test.each(['away', 'read-only'] as const)(
  'of a database that is %s one is told, and no more is asked',
  async (now) => {
    setAvailability(now)
    await inTurn([failing('first'), failing('second')], (fault) => faults.push(fault))
    expect([done, faults.length]).toEqual([['first'], 1])
  },
)
