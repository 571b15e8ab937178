import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { commit } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { findTrailHead } from '@/lib/data/trail-head'
import type { Actor } from '@/lib/domain/access'
import type { SignInId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { endSignIn } from '@/lib/usecases/people/end-sign-in'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { liveStream } from '@/lib/web/live-stream'
import { trailWatch } from '@/lib/web/trail-watch'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople
let signedIn: { actor: Actor; signInId: SignInId }

beforeAll(async () => {
  process.env.COUNTERSIGN_DEMO = '1'
  db = await freshDatabase()
  demo = await demoWorld()
  const { signInId } = yes(await signInAsPersona('requester', {}))
  signedIn = { actor: { ...(await demo.actor('requester')), signInId }, signInId }
})
afterAll(() => db.dispose())
afterEach(() => vi.useRealTimers())

const writeEntry = () =>
  commit({ via: 'setup' }, done(null, { type: 'trail.exported', outcome: 'done', data: {} } as const))

/** When this process has heard that the trail reaches so far. */
const watchedUntil = (head: number) =>
  new Promise<void>((resolve) => {
    const leave = trailWatch().subscribe((nextLeaf) => {
      if (nextLeaf < head) return
      leave()
      resolve()
    })
  })

/** From now on the beats of streams come when the test says so. What asks the database has its own timers still. */
const holdBeats = () => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })

type Said = { event: string; data: Record<string, unknown> }

/** Reads a stream of events, up to one of a kind or to its end. */
function earOf(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader()
  const text = new TextDecoder()
  const until = async (kind: string | null): Promise<Said | 'over'> => {
    const { done, value } = await reader.read()
    if (done) return 'over'
    const [, event = '', data = ''] = /^event: (.+)\ndata: (.+)\n\n$/.exec(text.decode(value)) ?? []
    return event === kind ? { event, data: JSON.parse(data) } : until(kind)
  }
  return { until, leave: () => reader.cancel() }
}

describe('the live stream', () => {
  test('begins with the server clock and tells that the trail moved, and nothing of what happened', async () => {
    const ear = earOf(liveStream(signedIn.signInId, new AbortController().signal))
    expect(await ear.until('beat')).toEqual({ event: 'beat', data: { now: expect.any(String) } })
    await demo.file('summarise-a-ticket', signedIn.actor)
    expect(await ear.until('trail')).toEqual({ event: 'trail', data: { nextLeaf: expect.any(Number) } })
    await ear.leave()
  })

  test('ends within 5 seconds of the end of its sign-in', async () => {
    holdBeats()
    const { signInId } = yes(await signInAsPersona('approver', {}))
    const approver = { ...(await demo.actor('approver')), signInId }
    const over = earOf(liveStream(signInId, new AbortController().signal)).until(null)
    yes(await endSignIn(approver, actOf(approver), { signInId }))
    vi.advanceTimersByTime(5000)
    expect(await over).toBe('over')
  })

  const ENDS = {
    'its sign-in was not used for its idle time': `update sign_in set idle_ends = now() where id = $1`,
    'the hours of its sign-in are over': `update sign_in set expires = now() where id = $1`,
    'its person was disabled':
      'update person set disabled = now() where id = (select person_id from sign_in where id = $1)',
  }

  test.each(Object.entries(ENDS))('ends within 5 seconds after %s', async (_, sql) => {
    holdBeats()
    const { signInId, personId } = yes(await signInAsPersona('second-approver', {}))
    const over = earOf(liveStream(signInId, new AbortController().signal)).until(null)
    await pool().query(sql, [signInId])
    vi.advanceTimersByTime(5000)
    expect(await over).toBe('over')
    await pool().query('update person set disabled = null where id = $1', [personId])
  })

  test('keeps for a browser that does not read the last word only', async () => {
    const stream = liveStream(signedIn.signInId, new AbortController().signal)
    const head = await findTrailHead()
    const told = watchedUntil(head + 12)
    for (let at = 0; at < 12; at += 1) await writeEntry()
    await told
    const ear = earOf(stream)
    const heard: unknown[] = []
    while (heard.at(-1) !== head + 12) {
      const said = await ear.until('trail')
      heard.push(said === 'over' ? expect.fail(said) : said.data.nextLeaf)
    }
    expect(heard.length).toBeLessThanOrEqual(2)
    await ear.leave()
  })

  test('ends when the browser goes', async () => {
    const gone = new AbortController()
    const over = earOf(liveStream(signedIn.signInId, gone.signal)).until(null)
    gone.abort()
    expect(await over).toBe('over')
  })

  test('a question that is under way when the browser goes harms nobody', async () => {
    const faults: unknown[] = []
    const note = (fault: unknown) => faults.push(fault)
    process.on('unhandledRejection', note)
    const gone = new AbortController()
    const over = earOf(liveStream(signedIn.signInId, gone.signal)).until(null)
    const stayed = earOf(liveStream(signedIn.signInId, new AbortController().signal))
    gone.abort()
    expect(await over).toBe('over')
    await stayed.until('beat')
    await stayed.leave()
    process.off('unhandledRejection', note)
    expect(faults).toEqual([])
  })
})
