import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow } from '@/lib/signals/follow'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function following(work: () => Promise<{ isMore: boolean }>, restMs?: number) {
  let move = () => {}
  const faults: unknown[] = []
  const followed = follow({
    subscribe: (onMove) => {
      move = onMove
      return () => {
        move = () => {}
      }
    },
    work,
    onFault: (fault) => faults.push(fault),
    everyMs: 1000,
    ...(restMs === undefined ? {} : { restMs }),
  })
  return { ...followed, faults, move: () => move() }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

test('works at once, when woken, and by itself: a wake-up that never comes costs delay only', async () => {
  const work = vi.fn(async () => ({ isMore: false }))
  const { move, stop } = following(work)
  await settle()
  expect(work).toHaveBeenCalledTimes(1)
  move()
  await settle()
  expect(work).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(3000)
  expect(work).toHaveBeenCalledTimes(5)
  await stop()
  await vi.advanceTimersByTimeAsync(3000)
  expect(work).toHaveBeenCalledTimes(5)
})

test('goes on while there is more', async () => {
  let left = 3
  const work = vi.fn(async () => ({ isMore: --left > 0 }))
  const { stop } = following(work)
  await settle()
  expect(work).toHaveBeenCalledTimes(3)
  await stop()
})

test('never works twice at once, and once more for what came meanwhile', async () => {
  let finish = () => {}
  const work = vi.fn(
    () =>
      new Promise<{ isMore: boolean }>((resolve) => {
        finish = () => resolve({ isMore: false })
      }),
  )
  const { move, stop } = following(work)
  await settle()
  move()
  move()
  await settle()
  expect(work).toHaveBeenCalledTimes(1)
  finish()
  await settle()
  expect(work).toHaveBeenCalledTimes(2)
  finish()
  await stop()
})

test('rests after a round: many wakes meanwhile are one round, and an end does not wait for it', async () => {
  const work = vi.fn(async () => ({ isMore: false }))
  const { move, stop } = following(work, 250)
  await settle()
  for (let wakes = 0; wakes < 10; wakes += 1) move()
  await vi.advanceTimersByTimeAsync(249)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(work).toHaveBeenCalledTimes(2)
  await stop()
  expect(work).toHaveBeenCalledTimes(2)
})

test('does not rest while there is more', async () => {
  let left = 3
  const work = vi.fn(async () => ({ isMore: --left > 0 }))
  const { stop } = following(work, 250)
  await settle()
  expect(work).toHaveBeenCalledTimes(3)
  await stop()
})

test('a round that fails is told of, and the next one is tried', async () => {
  let isAway = true
  const work = vi.fn(async () => {
    if (isAway) throw new Error('away')
    return { isMore: false }
  })
  const { faults, stop } = following(work)
  await settle()
  expect(faults).toEqual([new Error('away')])
  isAway = false
  await vi.advanceTimersByTimeAsync(1000)
  expect(work).toHaveBeenCalledTimes(2)
  await stop()
})
