import { afterAll, beforeAll, expect, test } from 'vitest'
import { listComments } from '@/lib/data/comments'
import { closeDatabase, database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { Actor } from '@/lib/domain/access'
import { MOST_COMMENTS, MOST_OF_ONE_PERSON } from '@/lib/domain/comment'
import type { RequestId } from '@/lib/domain/ids'
import { CommentRequest, commentRequest } from '@/lib/usecases/requests/comment-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'

let db: FreshDatabase
let demo: DemoPeople
let requester: Actor
let approver: Actor

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
})
afterAll(async () => {
  await closeDatabase()
  await db.dispose()
})

const comment = (by: Actor, requestId: RequestId, text: string) =>
  commentRequest(by, actOf(by), CommentRequest.parse({ requestId, text }))

const fill = (requestId: RequestId, personId: string, count: number) =>
  database().requestComment.createMany({
    data: Array.from({ length: count }, () => ({
      ...{ id: newId('CommentId'), requestId, personId, tenantId: requester.tenantId },
      ...{ text: 'x', written: new Date() },
    })),
  })

test('requester and approver comment, and the words stand beside a commitment in the trail', async () => {
  const id = await demo.file('resolve-a-refund-ticket', requester)
  const { rev } = await demo.read(id)
  yes(await comment(approver, id, 'Why the API call? =HYPERLINK("x") <b>now</b>'))
  yes(await comment(requester, id, 'The preview is what the customer asked about.'))
  const comments = await listComments(id)
  expect(comments.map(({ personName, text }) => [personName, text])).toEqual([
    [approver.name, 'Why the API call? =HYPERLINK("x") <b>now</b>'],
    [requester.name, 'The preview is what the customer asked about.'],
  ])
  const { rows } = await pool().query(
    `select e.entry, t.text from trail_event e join trail_text t on t.leaf = e.leaf
     where e.request_id = $1 and e.type = 'request.commented' order by e.leaf`,
    [id],
  )
  expect(rows.map(({ text }) => text)).toEqual(comments.map(({ text }) => text))
  for (const { entry } of rows) expect(entry).not.toContain('API call')
  // A comment changes nothing of the request: nobody who is about to sign is told that it changed.
  expect((await demo.read(id)).rev).toBe(rev)
})

test('a comment does not void what somebody is about to sign', async () => {
  const id = await demo.file('resolve-a-refund-ticket', requester)
  const { nonce, digest } = await demo.shown(approver, id)
  yes(await comment(requester, id, 'It is urgent.'))
  const { approveRequest } = await import('@/lib/usecases/approvals/approve-request')
  expect(yes(await approveRequest(approver, actOf(approver), { requestId: id, nonce, digest })).state).toBe(
    'granted',
  )
})

test('A54: the compliance officer reads and adds nothing, and the attempt is in the trail', async () => {
  const id = await demo.file('resolve-a-refund-ticket', requester)
  const auditor = await demo.actor('compliance-officer')
  expect(no(await comment(auditor, id, 'I was here.'))).toBe('not_found')
  expect(await listComments(id)).toEqual([])
  const { rows } = await pool().query(
    `select entry::json->'data'->>'act' as act from trail_event where request_id = $1 and type = 'act.refused'`,
    [id],
  )
  expect(rows).toEqual([{ act: 'request.comment' }])
})

test('the role of compliance officer gives nobody a voice they do not have without it', async () => {
  const id = await demo.file('resolve-a-refund-ticket', requester)
  const both = { ...(await demo.actor('compliance-officer')), roles: ['auditor', 'approver'] as const }
  expect(no(await comment(both, id, 'I was here.'))).toBe('not_found')
})

test('one person fills no request, and all of them together not beyond its bound', async () => {
  const id = await demo.file('resolve-a-refund-ticket', requester)
  await fill(id, requester.personId, MOST_OF_ONE_PERSON - 1)
  const at = await Promise.all(Array.from({ length: 4 }, () => comment(requester, id, 'One more.')))
  expect(at.filter(({ ok }) => ok)).toHaveLength(1)
  expect(no(await comment(requester, id, 'One more.'))).toBe('comments_full')
  yes(await comment(approver, id, 'I still can.'))
  await fill(id, 'P-0THERS', MOST_COMMENTS - MOST_OF_ONE_PERSON - 1)
  expect(no(await comment(approver, id, 'Now it is full.'))).toBe('comments_full')
})

test('text that cannot be stored, is empty or too long is refused at the door', () => {
  const parse = (text: string) => CommentRequest.safeParse({ requestId: 'R-0000', text }).success
  expect([parse('a\u0000b'), parse('\ud800'), parse('  \n '), parse('x'.repeat(2001))]).toEqual([
    ...[false, false, false, false],
  ])
  expect(parse('Two\nlines')).toBe(true)
})
