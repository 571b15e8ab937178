import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { makeAsker } from '@/tests/harness/evaluations'
import { authority, withAuthority, world } from '@/tests/harness/open-authority'
import { activate, grantTask, SERVERS } from '@/tests/harness/world'

let tickets: ReturnType<typeof makeAsker>
let vault: ReturnType<typeof makeAsker>

withAuthority()
beforeAll(async () => {
  tickets = makeAsker(world, authority.issuer, 'tickets')
  vault = makeAsker(world, authority.issuer, 'vault')
})
// What one test leaves live is nothing another finds.
beforeEach(async () => {
  await database().grant.updateMany({ data: { state: 'completed' } })
})

const TICKET = `${SERVERS.tickets}/t/4711`
const at = (id: string) => ({ type: 'resource', id })
const grant = (id: string) => ({ type: 'grant', id })
const reading = { name: 'ticket:read' }

const RECORDS = `
entity User { department: String };
entity Record { department: String };
action view, edit, erase appliesTo { principal: User, resource: Record };`
const RECORD_POLICIES = `
@id("same-department") @says("People see the records of their department.")
permit (principal, action in [Action::"view", Action::"edit"], resource)
when { principal.department == resource.department };`

test('what anybody may do is listed in the words of whatever schema is in force', async () => {
  await activate({ schema: RECORDS, policies: [{ name: 'records.cedar', text: RECORD_POLICIES }] })
  const body = (department: string) => ({
    subject: { type: 'user', id: 'alice', properties: { department } },
    resource: { type: 'record', id: '17', properties: { department: 'sales' } },
  })
  const found = await tickets.searchAll('action', body('sales'), { limit: 1 })
  expect(found.results).toEqual([{ name: 'edit' }, { name: 'view' }])
  expect((await tickets.search('action', body('law'))).results).toEqual([])
  const where = await tickets.search('resource', { ...body('sales'), action: { name: 'view' } })
  expect([where.status, where.results]).toEqual([200, []])
  await activate(readDefaultPolicySet('policies'))
})

// One character among those of the random beginning, which always stands for other bits.
const respelled = (token: string) => `${token.slice(0, 8)}${token[8] === 'A' ? 'B' : 'A'}${token.slice(9)}`

describe('bad searches', () => {
  const good = { subject: { type: 'grant' }, action: reading, resource: at(TICKET) }

  test('each is answered with what to do', async () => {
    const { action: _, ...actionless } = good
    const cases: [unknown, Record<string, string>, number, string][] = [
      [actionless, {}, 400, 'request_malformed'],
      [{ ...good, subject: {} }, {}, 400, 'request_malformed'],
      [{ ...good, subject: 'grant' }, {}, 400, 'request_malformed'],
      [{ ...good, page: 7 }, {}, 400, 'request_malformed'],
      [{ ...good, page: { limit: 0 } }, {}, 400, 'request_malformed'],
      [{ ...good, page: { limit: 1.5 } }, {}, 400, 'request_malformed'],
      [{ ...good, page: { limit: '3' } }, {}, 400, 'request_malformed'],
      [{ ...good, page: { token: 'v1.AAAA' } }, {}, 400, 'request_malformed'],
      [{ ...good, page: { token: 'x'.repeat(9000) } }, {}, 400, 'request_malformed'],
      [[], {}, 400, 'request_malformed'],
      ['null', {}, 400, 'request_malformed'],
      ['{"a":1,"a":2}', {}, 400, 'request_malformed'],
      [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, {}, 400, 'request_malformed'],
      [{ ...good, context: { filler: 'x'.repeat(70_000) } }, {}, 413, 'request_too_large'],
      [good, { 'content-type': 'text/plain' }, 400, 'request_malformed'],
      [good, { authorization: '' }, 401, 'client_missing'],
      [good, { authorization: 'Bearer nonsense' }, 401, 'assertion_malformed'],
    ]
    for (const [body, headers, status, reason] of cases) {
      const answer = await tickets.send(body, { path: '/access/v1/search/subject', headers })
      expect([answer.status, answer.reason]).toEqual([status, reason])
      expect('results' in answer).toBe(false)
    }
  })

  test('a page token is good for its caller and its question alone', async () => {
    await grantTask(world)
    await grantTask(world)
    const first = await tickets.search('subject', { ...good, page: { limit: 1 } })
    const token = first.page.next_token
    expect(token).not.toBe('')
    const next = { ...good, page: { token, limit: 1 } }
    expect((await tickets.search('subject', next)).results).toHaveLength(1)
    // What drafts of the standard called it.
    const draft = await tickets.search('subject', { ...good, page: { next_token: token } })
    expect(draft.results).toHaveLength(1)
    const stolen = [
      await vault.search('subject', next),
      await tickets.search('subject', { ...next, action: { name: 'ticket:comment' } }),
      await tickets.search('subject', { ...next, context: { more: true } }),
      await tickets.search('resource', { ...next, subject: grant('G-0000') }),
      await tickets.search('subject', { ...next, page: { token: respelled(token) } }),
    ]
    for (const { status, reason } of stolen) expect([status, reason]).toEqual([400, 'request_malformed'])
  })

  test('where no event can be written, or no policy is in force, there is no answer', async () => {
    await grantTask(world)
    await database().$executeRaw`alter table trail_event add constraint none check (false) not valid`
    expect(await tickets.search('subject', good)).toMatchObject({ status: 503, reason: 'unavailable' })
    await database().$executeRaw`alter table trail_event drop constraint none`
    await database().$executeRaw`delete from policy_in_force`
    expect(await tickets.search('subject', good)).toMatchObject({ status: 503, reason: 'unavailable' })
    await activate(readDefaultPolicySet('policies'))
    expect((await tickets.search('subject', good)).results).toHaveLength(1)
  })
})
