import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchTrail } from '@/lib/signals/trail-watch'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A database that tells, and may be lost. */
function telling() {
  const lost: (() => void)[] = []
  const ended: number[] = []
  const readNextLeaf = vi.fn(async () => 1)
  const listen = vi.fn(async (_: () => void, onLoss: () => void) => {
    const at = lost.push(onLoss) - 1
    return async () => {
      ended.push(at)
      onLoss()
    }
  })
  return { lost, ended, readNextLeaf, listen, watch: watchTrail({ readNextLeaf, listen }) }
}

describe('the watch of the trail', () => {
  test('asks nothing after the last one has left, though the end of its connection is a loss too', async () => {
    const { watch, ended, readNextLeaf, listen } = telling()
    const leave = watch.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(50)
    leave()
    await vi.advanceTimersByTimeAsync(50)
    const asked = readNextLeaf.mock.calls.length
    await vi.advanceTimersByTimeAsync(20_000)
    expect(readNextLeaf.mock.calls.length).toBe(asked)
    expect(ended).toEqual([0])
    expect(listen).toHaveBeenCalledTimes(1)
  })

  test('ends every connection, also when somebody comes while the last one leaves', async () => {
    const { watch, ended, listen } = telling()
    watch.subscribe(() => {})()
    const leave = watch.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(50)
    leave()
    await vi.advanceTimersByTimeAsync(50)
    expect(listen).toHaveBeenCalledTimes(2)
    expect(ended.sort()).toEqual([0, 1])
  })

  test('listens again after a loss', async () => {
    const { watch, lost, listen } = telling()
    const leave = watch.subscribe(() => {})
    await vi.advanceTimersByTimeAsync(50)
    lost[0]?.()
    await vi.advanceTimersByTimeAsync(5000)
    expect(listen).toHaveBeenCalledTimes(2)
    leave()
  })

  test('hears at once of what was told while it looked', async () => {
    const { watch, listen, readNextLeaf } = telling()
    const heard: number[] = []
    const leave = watch.subscribe((nextLeaf) => heard.push(nextLeaf))
    await vi.advanceTimersByTimeAsync(50)
    const tell = listen.mock.calls[0]?.[0]
    let answer = (_: number) => {}
    const asked = new Promise<number>((resolve) => {
      answer = resolve
    })
    readNextLeaf.mockReturnValueOnce(asked).mockResolvedValue(3)
    tell?.()
    tell?.()
    answer(2)
    await vi.advanceTimersByTimeAsync(50)
    expect(heard).toEqual([2, 3])
    leave()
  })
})
