import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { listNotices } from '@/lib/data/notices'
import type { Actor } from '@/lib/domain/access'
import { ALL_KINDS } from '@/lib/domain/notice'
import { reachKey } from '@/lib/domain/reach'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { chooseNotices } from '@/lib/usecases/notices/choose-notices'
import { markNoticesRead } from '@/lib/usecases/notices/mark-notices-read'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { CommentRequest, commentRequest } from '@/lib/usecases/requests/comment-request'
import { forgetTold } from '@/lib/usecases/sweep/forget-told'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople
let people: Record<'requester' | 'approver' | 'second' | 'administrator', Actor>

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  people = {
    requester: await demo.actor('requester'),
    approver: await demo.actor('approver'),
    second: await demo.actor('second-approver'),
    administrator: await demo.actor('administrator'),
  }
})
afterAll(() => db.dispose())

async function follow(): Promise<void> {
  const { isMore } = await noteNotices('one')
  if (isMore) await follow()
}

const newest = async ({ personId }: Actor) => (await listNotices(personId)).rows[0]

describe('being told', () => {
  test('who may sign is told that a request waits, and who filed it is not', async () => {
    const { requester, approver, second } = people
    const id = await demo.file('rotate-a-production-secret', requester)
    await follow()
    for (const actor of [approver, second])
      expect(await newest(actor)).toMatchObject({ kind: 'waits', requestId: id, isRead: false })
    expect(await newest(requester)).toBeUndefined()
    const says = (await newest(approver))?.says
    expect(says).toMatch(/^Request R-\w+ of [\w-]+ waits for a signature: security\.$/)
  })

  test('who filed is told of the answer, and of a revocation by somebody else', async () => {
    const { requester, approver, administrator } = people
    const id = await demo.file('resolve-a-refund-ticket', requester)
    yes(await demo.approve(approver, id))
    await follow()
    expect(await newest(requester)).toMatchObject({
      kind: 'answered',
      requestId: id,
      says: expect.stringContaining('is approved'),
    })
    const { grant } = await demo.read(id)
    if (!grant) throw new Error('There is no grant.')
    yes(await revokeGrant(administrator, actOf(administrator), { grantId: grant.id, reason: 'Over.' }))
    await follow()
    expect(await newest(requester)).toMatchObject({ kind: 'revoked', requestId: id })
  })

  test('nobody is told what no longer waits, nor what they did themselves', async () => {
    const { requester, approver, second } = people
    const id = await demo.file('resolve-a-refund-ticket', requester)
    yes(await demo.deny(approver, id, 'Not today. <b>"; drop</b>'))
    const before = (await newest(second))?.leaf
    await follow()
    expect((await newest(second))?.leaf).toBe(before)
    expect((await newest(approver))?.requestId).not.toBe(id)
    const told = await newest(requester)
    expect(told).toMatchObject({ kind: 'answered', requestId: id })
    // A50: what somebody typed is read on the page only.
    expect(told?.says).not.toContain('Not today')
  })

  test('a request that policy allows at once is news to nobody', async () => {
    const before = await database().notice.count()
    await demo.file('summarise-a-ticket', people.requester)
    await follow()
    expect(await database().notice.count()).toBe(before)
  })
})

describe('one’s own notices', () => {
  test('A31, A36: reading marks nobody else’s, and only what was shown', async () => {
    const { requester, approver, second } = people
    await demo.file('rotate-a-production-secret', requester)
    await follow()
    const [mine, hers] = [await listNotices(approver.personId), await listNotices(second.personId)]
    const upTo = mine.rows[0]?.leaf ?? 0
    await demo.file('rotate-a-production-secret', requester)
    await follow()
    yes(await markNoticesRead(approver, actOf(approver), { from: 0, upTo }))
    expect((await listNotices(approver.personId)).unread).toBe(1)
    expect((await listNotices(second.personId)).unread).toBe(hers.unread + 1)
    const { rows } = await listNotices(approver.personId)
    expect(rows.filter(({ isRead }) => !isRead).map(({ leaf }) => leaf > upTo)).toEqual([true])
  })

  test('one of them, when it is opened', async () => {
    const { second } = people
    const { unread, rows } = await listNotices(second.personId)
    const leaf = rows[1]?.leaf ?? 0
    yes(await markNoticesRead(second, actOf(second), { from: leaf, upTo: leaf }))
    const after = await listNotices(second.personId)
    expect(after.unread).toBe(unread - 1)
    expect(after.rows[1]?.isRead).toBe(true)
  })

  test('what somebody switched off does not reach them', async () => {
    const { requester, approver, second } = people
    const on = ALL_KINDS.filter((kind) => kind !== 'waits').map((kind) => reachKey('app', kind))
    yes(await chooseNotices(approver, actOf(approver), { on }))
    const before = (await newest(approver))?.leaf
    const id = await demo.file('rotate-a-production-secret', requester)
    await follow()
    expect((await newest(approver))?.leaf).toBe(before)
    expect((await newest(second))?.requestId).toBe(id)
  })
})

test('a comment is told of and read on the page only', async () => {
  const { requester, second } = people
  const requestId = await demo.file('rotate-a-production-secret', requester)
  const text = 'Which one of the two databases is it?'
  yes(await commentRequest(second, actOf(second), CommentRequest.parse({ requestId, text })))
  await follow()
  expect(await newest(requester)).toMatchObject({ kind: 'comment', requestId })
  expect((await newest(requester))?.says).not.toContain('databases')
})

test('a bell knows whether the trail was read to its head', async () => {
  await demo.file('summarise-a-ticket', people.requester)
  expect((await listNotices(people.approver.personId)).isCaughtUp).toBe(false)
  await follow()
  expect((await listNotices(people.approver.personId)).isCaughtUp).toBe(true)
})

test('no notice says anything that is stored as free text', async () => {
  const { rows } = await pool().query(
    `select n.says from notice n join trail_text t on length(t.text) > 3 and position(t.text in n.says) > 0`,
  )
  expect(rows).toEqual([])
})

test('what was told and sent long ago makes room once an hour, and nothing newer', async () => {
  const { approver } = people
  const id = 'D-0000000'
  const kept = async () => {
    const { rows } = await pool().query<{ id: string }>(
      `select leaf::text as id from notice where leaf < 0 union all select id from delivery where id like $1 order by id`,
      [`${id}%`],
    )
    return rows.map((row) => row.id)
  }
  await pool().query(
    `insert into notice (leaf, person_id, tenant_id, kind, says, at)
     select -d, $1, $2, 'waits', 'Long ago.', now() - d * interval '1 day' from unnest(array[1, 89, 91, 400]) d`,
    [approver.personId, approver.tenantId],
  )
  await pool().query(
    `insert into delivery (id, channel, target, subject, tenant_id, kind, says, at, state, made, next_try)
     select $1::text || d, 'webhook', 'W-0', 'one', $2, 'test', 'Long ago.', now(), state, now() - d * interval '1 day', now()
     from (values (1, 'delivered'), (29, 'given_up'), (31, 'waiting'), (32, 'delivered')) of(d, state)`,
    [id, approver.tenantId],
  )
  await pool().query(`delete from lease where name = 'told long ago'`)
  expect(await Promise.all([forgetTold(), forgetTold()])).toContainEqual({ forgotten: 4 })
  expect(await kept()).toEqual(['-1', '-89', `${id}1`, `${id}29`])
  await pool().query(`update notice set at = now() - interval '1 year' where leaf < 0`)
  expect(await forgetTold()).toEqual({ forgotten: 0 })
  await pool().query(`update lease set until = now() - interval '1 second' where name = 'told long ago'`)
  expect(await forgetTold()).toEqual({ forgotten: 2 })
})
