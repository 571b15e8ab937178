import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import { ActingProcess, bundled } from '@/tests/harness/acts'
import type { ActName } from '@/tests/harness/acts-child'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld } from '@/tests/harness/demo'
import { EMPTY_TRAIL, expectNothingHalfDone, readOn } from '@/tests/harness/trail'

// F4: four processes on one PostgreSQL race for each request. What the clients saw, and when, is held against the trail.

const ROUNDS = Number(process.env.RACE_ROUNDS ?? 24)
const SIDE_BY_SIDE = 4
vi.setConfig({ testTimeout: 180_000 + ROUNDS * 5000, hookTimeout: 180_000 })

let db: FreshDatabase
let demo: DemoPeople
let people: Record<'requester' | 'approver' | 'second', Actor>
let acts: Awaited<ReturnType<typeof bundled>>
let processes: ActingProcess[]

beforeAll(async () => {
  acts = await bundled('tests/harness/acts-child.ts')
  db = await freshDatabase()
  demo = await demoWorld()
  people = {
    requester: await demo.actor('requester'),
    approver: await demo.actor('approver'),
    second: await demo.actor('second-approver'),
  }
  processes = Array.from({ length: 4 }, () => new ActingProcess(acts.file, { ...process.env, ...db.env }))
})
afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()))
  await acts.remove()
  await db.dispose()
})

/** What each act leaves in the trail, and what it ends: waiting, or living. */
const LEAVES = {
  approveRequest: { event: 'approval.signed', ends: 'waiting' },
  denyRequest: { event: 'request.denied', ends: 'waiting' },
  withdrawRequest: { event: 'request.withdrawn', ends: 'waiting' },
  revokeGrant: { event: 'grant.revoked', ends: 'living' },
  completeGrant: { event: 'grant.completed', ends: 'living' },
} as const satisfies Partial<Record<ActName, { event: string; ends: string }>>
type Name = keyof typeof LEAVES

/** One act as its client saw it. Times are of this process, which all clients share. */
type Seen = { name: Name; by: Actor; asked: number; answered: number; is: 'done' | 'refused' | 'unknown' }

let turn = 0

async function perform(seen: Seen[], name: Name, by: Actor, input: object): Promise<void> {
  const asked = performance.now()
  turn += 1
  const answer = await processes[turn % processes.length]
    ?.perform<Result<unknown>>(name, by, actOf(by), input)
    .catch(() => null)
  const is = answer ? (answer.ok ? 'done' : 'refused') : 'unknown'
  seen.push({ name, by, asked, answered: performance.now(), is })
}

/** All at once, or one after the other beginning with the one that is told. */
async function race(beginsWith?: number): Promise<{ id: RequestId; seen: Seen[] }> {
  const { requester, approver, second } = people
  const id = await demo.file('resolve-a-refund-ticket', requester)
  const [yes, no] = [await demo.shown(approver, id), await demo.shown(second, id, 'deny')]
  const seen: Seen[] = []
  const then = async (name: 'revokeGrant' | 'completeGrant', by: Actor) => {
    const grantId = (await demo.read(id)).grant?.id
    if (grantId) await perform(seen, name, by, { grantId, reason: '' })
  }
  const signed = ({ nonce, digest }: typeof yes) => ({ requestId: id, nonce, digest })
  const clients = [
    async () => {
      await perform(seen, 'approveRequest', approver, signed(yes))
      await then('revokeGrant', approver)
    },
    async () => {
      await perform(seen, 'denyRequest', second, { ...signed(no), reason: 'Not today.' })
      await then('revokeGrant', second)
    },
    async () => {
      await perform(seen, 'withdrawRequest', requester, { requestId: id })
      await then('completeGrant', requester)
    },
  ]
  // Whoever asks first has the best chance, so each begins in turn.
  const first = beginsWith ?? turn % clients.length
  const inTurn = [...clients.slice(first), ...clients.slice(0, first)]
  if (beginsWith === undefined) await Promise.all(inTurn.map((client) => client()))
  else for (const client of inTurn) await client()
  return { id, seen }
}

type Entry = { leaf: number; type: string; human: string }

async function entriesOf(id: RequestId): Promise<Entry[]> {
  const events = Object.values(LEAVES).map(({ event }) => event)
  const { rows } = await pool().query<Entry>(
    `select leaf::int as leaf, type, entry::jsonb -> 'by' ->> 'humanId' as human from trail_event
     where request_id = $1 and type = any($2) order by leaf`,
    [id, events],
  )
  return rows
}

/** One order explains it all: that of the trail, which no client saw otherwise. */
function expectOneOrder(id: RequestId, seen: readonly Seen[], entries: readonly Entry[]): void {
  const placeOf = ({ name, by }: Seen) =>
    entries.filter(({ type, human }) => type === LEAVES[name].event && human === by.personId)
  const done = seen.filter(({ is }) => is === 'done')
  for (const act of done) expect(placeOf(act), `${id} ${act.name}`).toHaveLength(1)
  for (const act of seen.filter(({ is }) => is === 'refused')) {
    expect(placeOf(act), `${id} ${act.name} was refused`).toHaveLength(0)
    const because = seen.filter(
      (other) =>
        other !== act &&
        other.is !== 'refused' &&
        LEAVES[other.name].ends === LEAVES[act.name].ends &&
        other.asked < act.answered,
    )
    expect(because.length, `${id} ${act.name} was refused by nothing`).toBeGreaterThan(0)
  }
  // What ended before another began comes before it.
  for (const one of done)
    for (const other of done)
      if (one.answered < other.asked)
        expect(placeOf(one)[0]?.leaf, `${one.name} before ${other.name}`).toBeLessThan(
          placeOf(other)[0]?.leaf ?? -1,
        )
  // And the order is one that a single copy could have had.
  const types = entries.map(({ type }) => type)
  expect(['approval.signed', 'request.denied', 'request.withdrawn']).toContain(types[0])
  if (types[0] === 'approval.signed') {
    expect(types.length).toBeLessThanOrEqual(2)
    if (types[1]) expect(['grant.revoked', 'grant.completed']).toContain(types[1])
  } else expect(types).toHaveLength(1)
}

test(`F4: of ${ROUNDS} requests that four replicas race for, each has one history`, async () => {
  // Two that end differently on any machine: signed first, and denied first.
  const raced = [await race(0), await race(1)]
  for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE)
    raced.push(...(await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => race()))))
  const ways = new Set<string>()
  for (const { id, seen } of raced) {
    const entries = await entriesOf(id)
    expectOneOrder(id, seen, entries)
    ways.add(entries.map(({ type }) => type).join())
  }
  // A race that always ends alike is none.
  expect(ways.size).toBeGreaterThan(1)
  await expectNothingHalfDone()
  await readOn(EMPTY_TRAIL)
})
