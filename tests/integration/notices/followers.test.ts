import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { commit } from '@/lib/data/commit'
import { pool } from '@/lib/data/database'
import { insertNotices, moveCursor } from '@/lib/data/write-notices'
import type { Actor } from '@/lib/domain/access'
import type { PersonId, RequestId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { ActingProcess, bundled } from '@/tests/harness/acts'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let db: FreshDatabase
let demo: DemoPeople
let acts: Awaited<ReturnType<typeof bundled>>
let requester: Actor
let approver: Actor
let signers: PersonId[]

beforeAll(async () => {
  acts = await bundled('tests/harness/acts-child.ts')
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  signers = [approver.personId, (await demo.actor('second-approver')).personId]
})
afterAll(async () => {
  await acts.remove()
  await db.dispose()
})

const start = () => new ActingProcess(acts.file, { ...process.env, ...db.env })

/** The client's log: what this test knows it did, and whom that has to reach. Nothing here is read from the product. */
class ClientLog {
  private readonly expected: { requestId: RequestId; kind: string; personId: PersonId }[] = []

  filed(requestId: RequestId) {
    for (const personId of signers) this.expected.push({ requestId, kind: 'waits', personId })
  }

  denied(requestId: RequestId) {
    this.expected.push({ requestId, kind: 'answered', personId: requester.personId })
  }

  async expectToldOnceInOrder() {
    const { rows } = await pool().query<{ requestId: string; kind: string; personId: string }>(
      `select request_id as "requestId", kind, person_id as "personId" from notice order by leaf, person_id`,
    )
    const byId = (a: { personId: string }, b: { personId: string }) => (a.personId < b.personId ? -1 : 1)
    for (const requestId of new Set(this.expected.map((one) => one.requestId))) {
      const expected = this.expected.filter((one) => one.requestId === requestId)
      const waits = expected.filter(({ kind }) => kind === 'waits').sort(byId)
      const answers = expected.filter(({ kind }) => kind === 'answered')
      expect(rows.filter((row) => row.requestId === requestId)).toEqual([...waits, ...answers])
    }
    expect(rows).toHaveLength(this.expected.length)
  }
}

const log = new ClientLog()

async function isBehind(): Promise<boolean> {
  const { rows } = await pool().query<{ behind: boolean }>(
    `select c.next_leaf < h.next_leaf as behind from trail_cursor c, trail_head h where c.name = 'notices'`,
  )
  return rows[0]?.behind ?? true
}

const endLeases = () => pool().query(`update lease set until = now() - interval '1 second'`)

/** Under one name both believe that the lease is theirs, as after a pause: then only the cursor is between them. */
async function followToTheHead(followers: readonly ActingProcess[], isMistaken = false): Promise<void> {
  await endLeases()
  const holders = followers.map((_, at) => (isMistaken ? 'both of them' : `follower ${at}`))
  await Promise.all(followers.map((one, at) => one.perform('noteNotices', holders[at])))
  if (await isBehind()) await followToTheHead(followers, isMistaken)
}

test('two replicas that follow while people act tell everything once, in order', async () => {
  const replicas = [start(), start()]
  const filing = (async () => {
    for (let n = 0; n < 12; n += 1) {
      const id = await demo.file('rotate-a-production-secret', requester)
      log.filed(id)
      // What is told is told from what is true then: it is followed before it is answered.
      await followToTheHead(replicas, n % 2 === 0)
      if (n % 3 !== 0) continue
      yes(await demo.deny(approver, id, 'No.'))
      log.denied(id)
    }
  })()
  await filing
  await followToTheHead(replicas)
  await Promise.all(replicas.map((one) => one.stop()))
  await log.expectToldOnceInOrder()
})

for (const mark of ['begin', 'commit', 'committed'] as const)
  test(`a follower that is killed at the mark "${mark}" loses nothing and tells nothing twice`, async () => {
    const [killed, next] = [start(), start()]
    log.filed(await demo.file('rotate-a-production-secret', requester))
    log.filed(await demo.file('rotate-a-production-secret', requester))
    await endLeases()
    await killed.dieAt(mark, 'noteNotices', 'the one that dies')
    expect(await isBehind()).toBe(mark !== 'committed')
    // The dead one's lease holds up the others for its seconds and no longer.
    await next.perform('noteNotices', 'the next one')
    expect(await isBehind()).toBe(mark !== 'committed')
    await followToTheHead([next])
    await next.stop()
    await log.expectToldOnceInOrder()
  })

test('a follower whose lease went to another writes nothing any more', async () => {
  await endLeases()
  await noteNotices('somebody later')
  const { rows } = await pool().query<{ next: string; fence: string }>(
    `select next_leaf::text as next, fence::text from trail_cursor where name = 'notices'`,
  )
  const [{ next, fence } = { next: '0', fence: '0' }] = rows
  const late = (of: number) =>
    commit({ via: 'sweeper' }, done(null), async (tx) => {
      await moveCursor(tx, { name: 'notices', from: Number(next), to: Number(next) + 1, fence: of })
      await insertNotices(tx, [
        {
          ...{ leaf: 1_000_000, at: new Date(), tenantId: requester.tenantId, personId: requester.personId },
          ...{ kind: 'answered', says: 'Never.', requestId: null },
        },
      ])
    })
  expect(no(await late(Number(fence) - 1))).toBe('changed_meanwhile')
  await log.expectToldOnceInOrder()
})
