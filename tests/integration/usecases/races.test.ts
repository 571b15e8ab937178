import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { database, pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { ActingProcess, bundled } from '@/tests/harness/acts'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'
import { EMPTY_TRAIL, expectNothingHalfDone, readOn } from '@/tests/harness/trail'

// A15 is 1,000 rounds as a whole; the usual run makes fewer, so that it takes seconds.
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 20)
const SIDE_BY_SIDE = 5
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 3000, hookTimeout: 180_000 })

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor
let second: Actor
let acts: Awaited<ReturnType<typeof bundled>>
let processes: readonly [ActingProcess, ActingProcess]

beforeAll(async () => {
  acts = await bundled('tests/harness/acts-child.ts')
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  second = await demo.actor('second-approver')
  const start = () => new ActingProcess(acts.file, { ...process.env, ...db.env })
  processes = [start(), start()]
})
afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()))
  await acts.remove()
  await db.dispose()
})

const eventsOf = async (id: RequestId): Promise<string[]> => {
  const { rows } = await pool().query<{ type: string }>(
    'select type from trail_event where request_id = $1 order by leaf',
    [id],
  )
  return rows.map(({ type }) => type)
}

const TWO = ['resolve-a-refund-ticket', 'rotate-a-production-secret'] as const

test.each(TWO)('A14: 50 approvals of two processes at once make one grant: %s', async (template) => {
  const requestId = await demo.file(template, requester)
  const people = [approver, second]
  const shown = []
  for (let n = 0; n < 50; n += 1) {
    const by = people[n % 2] ?? approver
    const { nonce, digest } = await demo.shown(by, requestId)
    shown.push({ by, input: { requestId, nonce, digest } })
  }
  const answers = await Promise.all(
    shown.map(({ by, input }, n) =>
      processes[n % 4 < 2 ? 0 : 1]
        .perform<Result<unknown>>('approveRequest', by, actOf(by), input)
        // Fifty at once may wait too long for a connection: then nothing was changed by that one.
        .catch(() => ({ ok: false })),
    ),
  )
  const { approvals, state } = await demo.read(requestId)
  const isOne = template === 'resolve-a-refund-ticket'
  // Of two signatures at once one may be told that the request changed: then the other person signs again.
  if (!isOne && state === 'awaiting')
    yes(await demo.approve(approvals[0]?.personId === approver.personId ? second : approver, requestId))
  else expect(answers.filter(({ ok }) => ok)).toHaveLength(isOne ? 1 : 2)
  expect(await database().grant.count({ where: { requestId } })).toBe(1)
  expect((await demo.read(requestId)).approvals).toHaveLength(isOne ? 1 : 2)
  expect((await eventsOf(requestId)).filter((type) => type === 'grant.opened')).toHaveLength(1)
})

test('one form sent twenty times by two processes is one request', async () => {
  const submissionId = 'c0ffee'.repeat(6).slice(0, 32)
  const form = demo.form('summarise-a-ticket', { submissionId })
  const sent = Array.from({ length: 20 }, (_, n) =>
    processes[n % 2 ? 0 : 1].perform<Result<{ id: RequestId }>>(
      'submitRequest',
      requester,
      actOf(requester),
      form,
    ),
  )
  const ids = new Set((await Promise.all(sent)).map((answer) => yes(answer).id))
  expect(ids.size).toBe(1)
  expect(await database().grant.count({ where: { requestId: { in: [...ids] } } })).toBe(1)
  // Something else written on the same page is another request, and so is the same of somebody else.
  const changed = { ...form, goal: 'Something else.' }
  expect(ids).not.toContain(yes(await submitRequest(requester, actOf(requester), changed)).id)
  expect(ids).not.toContain(yes(await submitRequest(approver, actOf(approver), form)).id)
})

const ENDS = {
  'grant.opened': 'granted',
  'request.denied': 'denied',
  'request.withdrawn': 'withdrawn',
  'request.refused': 'refused',
  'request.lapsed': 'awaiting',
} as const

/** Waits for some turns of the database. */
async function turns(n: number): Promise<void> {
  for (let turn = 0; turn < n; turn += 1) await pool().query('select 1')
}

async function race(round: number): Promise<RequestId> {
  const requestId = await demo.file('resolve-a-refund-ticket', requester)
  const { rev } = await demo.read(requestId)
  const [one, other, no] = await Promise.all([
    demo.shown(approver, requestId),
    demo.shown(second, requestId),
    demo.shown(second, requestId, 'deny'),
  ])
  const changes = { durationMinutes: 5 + (round % 20) }
  const form = demo.form(round % 2 ? 'resolve-a-refund-ticket' : 'summarise-a-ticket', changes)
  if (round % 3 === 0)
    await pool().query(
      `update request set answer_by = clock_timestamp() + $2 * interval '1 millisecond' where id = $1`,
      [requestId, (round * 7) % 60],
    )
  const runs: readonly (() => Promise<unknown>)[] = [
    () => approveRequest(approver, actOf(approver), { requestId, nonce: one.nonce, digest: one.digest }),
    () => approveRequest(second, actOf(second), { requestId, nonce: other.nonce, digest: other.digest }),
    () =>
      denyRequest(second, actOf(second), { requestId, nonce: no.nonce, digest: no.digest, reason: 'No.' }),
    () => withdrawRequest(requester, actOf(requester), { requestId }),
    () => editRequest(requester, actOf(requester), { ...form, requestId, rev }),
    () => noteExpiries('sweeper'),
  ]
  // Each of them is first in some rounds: withdrawing is the quickest, approving the slowest.
  const waits = [0, round % 3, round % 11, (round * 5) % 17, (round * 3) % 13, round % 7]
  // The answer to the first request comes too late, and the second is signed before the others begin: two ends on any
  // machine.
  if (round === 1) await runs[0]?.()
  await Promise.all(runs.map((act, n) => turns(waits[n] ?? 0).then(act)))
  await withdrawRequest(requester, actOf(requester), { requestId })
  return requestId
}

test(`A15: approve, deny, withdraw, expire and edit at once end once, ${ROUNDS} rounds`, async () => {
  const ended = new Map<string, number>()
  const ids: RequestId[] = []
  for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE) {
    const rounds = Array.from({ length: SIDE_BY_SIDE }, (_, n) => race(round + n))
    ids.push(...(await Promise.all(rounds)))
  }
  await noteExpiries('sweeper')
  for (const id of ids) {
    const events = (await eventsOf(id)).filter((type) => type !== 'approval.refused')
    const ends = events.filter((type) => type in ENDS)
    expect({ id, events, ends: ends.length }).toEqual({ id, events, ends: 1 })
    const [end = ''] = ends
    expect(events.at(-1)).toBe(end)
    const { state, grant } = await demo.read(id)
    expect(state).toBe(ENDS[end as keyof typeof ENDS])
    expect(grant !== null).toBe(end === 'grant.opened')
    ended.set(end, (ended.get(end) ?? 0) + 1)
  }
  // A race that always ends alike is none.
  expect(ended.size).toBeGreaterThan(1)
  await expectNothingHalfDone()
  await readOn(EMPTY_TRAIL)
})
