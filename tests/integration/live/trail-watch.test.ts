import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commit } from '@/lib/data/commit'
import { findTrailHead, listenToTrail } from '@/lib/data/trail-head'
import { done } from '@/lib/domain/result'
import { type TrailWatch, watchTrail } from '@/lib/signals/trail-watch'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { demoWorld } from '@/tests/harness/demo'

let db: FreshDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await demoWorld()
})
afterAll(() => db.dispose())

const writeEntry = () =>
  commit({ via: 'setup' }, done(null, { type: 'trail.exported', outcome: 'done', data: {} } as const))

/** What one subscriber heard, and a promise for the moment it heard of a head. */
function listenTo(watch: TrailWatch) {
  const heard: number[] = []
  const waiting = new Map<number, () => void>()
  const stop = watch.subscribe((nextLeaf) => {
    heard.push(nextLeaf)
    for (const [head, resolve] of waiting) if (nextLeaf >= head) resolve()
  })
  const untilHead = (head: number) =>
    new Promise<void>((resolve) => {
      if ((heard.at(-1) ?? -1) >= head) resolve()
      else waiting.set(head, resolve)
    })
  return { heard, stop, untilHead }
}

/** The first look only learns where the head is: from then on every move is told. */
async function started(readers: Parameters<typeof watchTrail>[0]) {
  let looked = () => {}
  const first = new Promise<void>((resolve) => {
    looked = resolve
  })
  const watch = watchTrail({
    ...readers,
    readNextLeaf: async () => {
      const head = await readers.readNextLeaf()
      setImmediate(looked)
      return head
    },
  })
  const ear = listenTo(watch)
  await first
  return { watch, ...ear }
}

describe('watching the trail', () => {
  test('every committed entry is heard of, by every subscriber, in order', async () => {
    const { watch, heard, untilHead, stop } = await started({
      readNextLeaf: findTrailHead,
      listen: listenToTrail,
    })
    const other = listenTo(watch)
    for (let entry = 0; entry < 20; entry++) await writeEntry()
    const head = await findTrailHead()
    await Promise.all([untilHead(head), other.untilHead(head)])
    expect(heard.at(-1)).toBe(head)
    expect([...heard].sort((a, b) => a - b)).toEqual(heard)
    stop()
    other.stop()
  })

  test('entries of many writers at once are all covered by the head that is told', async () => {
    const { heard, untilHead, stop } = await started({ readNextLeaf: findTrailHead, listen: listenToTrail })
    const before = await findTrailHead()
    await Promise.all(Array.from({ length: 12 }, writeEntry))
    await untilHead(before + 12)
    expect(heard.at(-1)).toBe(before + 12)
    stop()
  })

  test('a notification that never comes costs delay and no entry', async () => {
    const deaf = async () => async () => {}
    const { untilHead, stop } = await started({ readNextLeaf: findTrailHead, listen: deaf })
    await writeEntry()
    await untilHead(await findTrailHead())
    stop()
  })

  test('a database that is away for a moment is asked again', async () => {
    let isAway = false
    const readNextLeaf = () => (isAway ? Promise.reject(new Error('away')) : findTrailHead())
    const { untilHead, stop } = await started({ readNextLeaf, listen: listenToTrail })
    isAway = true
    await writeEntry()
    setTimeout(() => {
      isAway = false
    }, 300)
    await untilHead(await findTrailHead())
    stop()
  })

  test('whoever comes back after everybody left hears of what is written then', async () => {
    const { watch, stop } = await started({ readNextLeaf: findTrailHead, listen: listenToTrail })
    stop()
    await watch.stop()
    await writeEntry()
    const again = listenTo(watch)
    const until = again.untilHead((await findTrailHead()) + 1)
    const writing = setInterval(() => void writeEntry(), 250)
    await until
    clearInterval(writing)
    again.stop()
    await watch.stop()
  })
})
