import { expect, test } from 'vitest'
import { type BatchSizes, inBatches, readInBatches } from '@/lib/data/in-batches'

/** A handler whose batches end when the test says so. */
function held(sizes: BatchSizes = { limit: 3 }) {
  const batches: { asks: readonly number[]; end: (failure?: Error) => void }[] = []
  const ask = inBatches<number, string>((asks) => {
    return new Promise((resolve, reject) => {
      const end = (failure?: Error) =>
        failure ? reject(failure) : resolve(asks.map((one) => ({ status: 'fulfilled', value: `${one}` })))
      batches.push({ asks, end })
    })
  }, sizes)
  return { batches, ask }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('what comes while a batch is under way is never answered by it', async () => {
  const { batches, ask } = held()
  const first = ask(1)
  await turn()
  const later = [2, 3, 4, 5].map(ask)
  await turn()
  expect(batches.map(({ asks }) => asks)).toEqual([[1]])
  batches[0]?.end()
  expect(await first).toBe('1')
  await turn()
  expect(batches[1]?.asks).toEqual([2, 3, 4])
  batches[1]?.end()
  await turn()
  expect(batches[2]?.asks).toEqual([5])
  batches[2]?.end()
  expect(await Promise.all(later)).toEqual(['2', '3', '4', '5'])
})

test('a full batch leaves before those of the one before it are told, and no other does', async () => {
  const { batches, ask } = held()
  const seen: number[] = []
  const told = [1, 2, 3].map(async (one) => {
    await ask(one)
    seen.push(batches.length)
  })
  await turn()
  const full = [4, 5, 6, 7].map(async (one) => {
    await ask(one)
    seen.push(batches.length)
  })
  batches[0]?.end()
  await Promise.all(told)
  expect(seen).toEqual([2, 2, 2])
  batches[1]?.end()
  await Promise.all(full.slice(0, 3))
  expect(seen.slice(3)).toEqual([2, 2, 2])
  await turn()
  batches[2]?.end()
  await Promise.all(full)
})

test('a batch that fails refuses its own asks and no other', async () => {
  const { batches, ask } = held()
  const first = ask(1)
  await turn()
  const second = ask(2)
  batches[0]?.end(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await turn()
  batches[1]?.end()
  expect(await second).toBe('2')
})

test('one ask of a batch can be refused alone, and a missing answer is no answer', async () => {
  const ask = inBatches<number, string>(async () => [{ status: 'rejected', reason: new Error('not this') }])
  await expect(ask(1)).rejects.toThrow('not this')
  const none = inBatches<number, string>(async () => [])
  await expect(none(1)).rejects.toThrow('fewer')
})

test('reads ask for each key once and give each asker its own', async () => {
  const seen: (readonly string[])[] = []
  const read = readInBatches(async (keys: readonly string[]) => {
    seen.push(keys)
    return (key) => key.toUpperCase()
  })
  const answers = await Promise.all(['a', 'b', 'b', 'c'].map(read))
  expect(answers).toEqual(['A', 'B', 'B', 'C'])
  expect(seen).toEqual([['a', 'b', 'c']])
})
