import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { parseEntry } from '@/lib/data/trail-rows'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, type ScopeKey, SERVERS } from '@/tests/harness/world'

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
const OTHER = `${SERVERS.tickets}/t/4712`
const SECRET = `${SERVERS.vault}/s/billing`
const at = (id: string) => ({ type: 'resource', id })
const grant = (id: string) => ({ type: 'grant', id })
const reading = { name: 'ticket:read' }

const endOf = (grantId: string, data: { state?: string; expires?: Date; uses?: number; usesLeft?: number }) =>
  database().grant.update({ where: { id: grantId }, data })
const suspend = (suspended: Date | null) =>
  database().agent.update({ where: { id: world.agents.stranger }, data: { suspended } })
const retire = (key: ScopeKey, retired: Date | null) =>
  database().scope.update({ where: { id: world.scopeIds[key] }, data: { retired } })

async function lastSearch() {
  const event = await database().trailEvent.findFirstOrThrow({
    where: { type: 'decision.searched' },
    orderBy: { leaf: 'desc' },
  })
  return { ...event, data: parseEntry(event.entry).data }
}

describe('what may be done', () => {
  test('on a resource is listed by action, in the order of their names', async () => {
    const { grantId, requestId } = await grantTask(world, { scopes: ['read', 'comment', 'other'] })
    const found = await tickets.search('action', { subject: grant(grantId), resource: at(TICKET) })
    expect(found).toMatchObject({ status: 200, page: { next_token: '' } })
    expect(found.results).toEqual([{ name: 'ticket:comment' }, { name: 'ticket:read' }])
    const none = await tickets.search('action', { subject: grant(grantId), resource: at(`${OTHER}x`) })
    expect(none.results).toEqual([])
    expect(await lastSearch()).toMatchObject({
      ...{ outcome: 'done', requestId, grantId, agentId: world.agents.triage, decisionIds: [] },
      data: { server: SERVERS.tickets, sought: 'action', looked: 0, found: 0 },
    })
  })

  test('with a token is no more than the token lists, and nothing once it is given back', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'comment'] })
    const more = { scope: 'ticket:read' }
    const mandate = await agent.mandateOf(grantId)
    const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets, more })
    const subject = { type: 'Access_Token', id: access_token }
    const ask = (asker = tickets) => asker.search('action', { subject, resource: at(TICKET) })
    expect((await ask()).results).toEqual([reading])
    expect((await ask(vault)).results).toEqual([])
    const { entry } = await lastSearch()
    expect(entry).not.toContain('eyJ')
    await agent.giveBack(access_token)
    expect((await ask()).results).toEqual([])
    expect(await database().trailText.count({ where: { text: { contains: access_token } } })).toBe(0)
  })

  test('is asked of policy: a signature that falls takes it away', async () => {
    const { grantId } = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    const ask = () => vault.search('action', { subject: grant(grantId), resource: at(SECRET) })
    expect((await ask()).results).toEqual([{ name: 'secret:read' }])
    await database().approval.deleteMany({ where: { request: { grant: { id: grantId } } } })
    expect((await ask()).results).toEqual([])
  })
})

describe('where it may be done', () => {
  test('is listed by resource, of the server that asks and of no other', async () => {
    const scopes = ['read', 'other', 'comment', 'secret'] as const
    const { grantId } = await grantTask(world, { scopes, signed: ['approver'] })
    const ask = (asker: typeof tickets, name: string, type = 'resource') =>
      asker.search('resource', { subject: grant(grantId), action: { name }, resource: { type, id: 7 } })
    expect((await ask(tickets, 'ticket:read')).results).toEqual([at(TICKET), at(OTHER)])
    expect((await ask(tickets, 'secret:read')).results).toEqual([])
    expect((await ask(vault, 'secret:read', 'Resource')).results).toEqual([{ type: 'Resource', id: SECRET }])
    expect((await ask(tickets, 'ticket:read', 'record')).results).toEqual([])
  })

  test('a grant of another server and one that does not exist are the same', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read'] })
    const ask = async (id: string) => {
      const body = { subject: grant(id), action: reading, resource: { type: 'resource' } }
      const { status, results, page } = await vault.search('resource', body)
      const { requestId, tenantId, data } = await lastSearch()
      return { status, results, page, requestId, tenantId, data }
    }
    const hidden = await ask(grantId)
    expect(hidden).toEqual(await ask('G-0000'))
    expect(hidden).toMatchObject({ status: 200, results: [], requestId: null, tenantId: world.tenantId })
  })

  test('what is retired is gone, and comes back to nobody who lacks it', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'other'] })
    const body = { subject: grant(grantId), action: reading, resource: { type: 'resource' } }
    expect((await tickets.search('resource', body)).results).toHaveLength(2)
    await retire('other', new Date())
    expect((await tickets.search('resource', body)).results).toEqual([at(TICKET)])
    await retire('other', null)
  })
})

describe('who may do it', () => {
  const ask = (page = {}) =>
    tickets.searchAll('subject', { subject: { type: 'grant' }, action: reading, resource: at(TICKET) }, page)
  const idsOf = async (page = {}) =>
    (await ask(page)).results.map((one) => ('id' in one ? one.id : one.name)).sort()

  test('is every live grant for which an evaluation says yes, and no other', async () => {
    const open = () => grantTask(world).then(({ grantId }) => grantId)
    const [live, revoked, expired, spent, counted] = [
      await open(),
      await open(),
      await open(),
      await open(),
      await open(),
    ]
    const { grantId: suspended } = await grantTask(world, { agent: 'stranger' })
    await grantTask(world, { scopes: ['other'] })
    await idsOf()
    await endOf(revoked, { state: 'revoked' })
    await endOf(expired, { expires: new Date(Date.now() - 60_000) })
    await endOf(spent, { uses: 1, usesLeft: 0 })
    await endOf(counted, { uses: 2, usesLeft: 1 })
    await suspend(new Date())
    expect(await idsOf()).toEqual([counted, live].sort())
    expect(await idsOf({ limit: 1 })).toEqual([counted, live].sort())
    const asked = [live, revoked, expired, spent, suspended, counted]
    const said = await Promise.all(asked.map((id) => tickets.send(aboutGrant(id))))
    expect(asked.filter((_, nth) => said[nth]?.decision).sort()).toEqual([counted, live].sort())
    await suspend(null)
  })

  test('is listed in pages, each grant once', async () => {
    const opened: string[] = []
    for (let nth = 0; nth < 7; nth += 1) opened.push((await grantTask(world)).grantId)
    const { results, pages } = await ask({ limit: 3 })
    expect(pages).toBe(3)
    expect(results.map((one) => 'id' in one && one.id).sort()).toEqual(opened.sort())
    expect((await ask({ limit: 50_000 })).pages).toBe(1)
  })

  test('is never a person, and never a token', async () => {
    await grantTask(world)
    for (const type of ['access_token', 'user', 'person', 'Agent']) {
      const body = { subject: { type }, action: reading, resource: at(TICKET) }
      expect(await tickets.search('subject', body)).toMatchObject({ status: 200, results: [] })
    }
  })
})

/** Whether a search lists what was left open, for each of the three. */
async function searched(
  asker: typeof tickets,
  subject: { type: string; id: string },
  name: string,
  place: string,
) {
  const [action, resource] = [{ name }, at(place)]
  const { type } = subject
  const [who, what, where] = await Promise.all([
    asker.searchAll('subject', { subject: { type }, action, resource }, { limit: 2 }),
    asker.searchAll('action', { subject, resource }),
    asker.searchAll('resource', { subject, action, resource: { type: resource.type } }),
  ])
  const ids = (found: typeof what) => found.results.map((one) => ('id' in one ? one.id : one.name))
  return [ids(who).includes(subject.id), ids(what).includes(name), ids(where).includes(place)]
}

test('for every candidate a search says what an evaluation says', async () => {
  const grants: string[] = []
  for (const scopes of [['read'], ['read', 'comment'], ['comment', 'other', 'secret']] as const)
    for (const signed of [[], ['approver']] as const)
      grants.push((await grantTask(world, { scopes, signed })).grantId)
  await endOf(grants[1] ?? '', { state: 'revoked' })
  await endOf(grants[2] ?? '', { uses: 3, usesLeft: 0 })
  await retire('comment', new Date())
  const questions = [
    ...[TICKET, OTHER].flatMap((place) =>
      ['ticket:read', 'ticket:comment', 'ticket:delete'].map((name) => ({ asker: tickets, name, place })),
    ),
    ...[SECRET, TICKET].map((place) => ({ asker: vault, name: 'secret:read', place })),
  ]
  let allowed = 0
  for (const { asker, name, place } of questions) {
    const found = await Promise.all(grants.map((id) => searched(asker, grant(id), name, place)))
    // Asked last: an allowed answer is a use.
    const told = await Promise.all(grants.map((id) => asker.send(aboutGrant(id, name, place))))
    const yes = told.map(({ decision }) => decision)
    expect({ name, place, found }).toEqual({ name, place, found: yes.map((one) => [one, one, one]) })
    allowed += yes.filter((one) => one).length
  }
  // The first and the fourth read 4711, two read 4712, one of which is signed for the secret.
  expect(allowed).toBe(5)
  await retire('comment', null)
})

test('a search spends no use, stores no decision, and leaves one entry', async () => {
  const { grantId } = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
  await endOf(grantId, { uses: 1, usesLeft: 1 })
  const before = await database().decision.count()
  const searched = () => database().trailEvent.count({ where: { type: 'decision.searched' } })
  const events = await searched()
  for (let nth = 0; nth < 3; nth += 1) {
    const found = await vault.search('action', { subject: grant(grantId), resource: at(SECRET) })
    expect(found.results).toEqual([{ name: 'secret:read' }])
  }
  expect((await database().grant.findUniqueOrThrow({ where: { id: grantId } })).usesLeft).toBe(1)
  expect(await database().decision.count()).toBe(before)
  expect((await searched()) - events).toBe(3)
  expect((await lastSearch()).data).toMatchObject({ looked: 1, found: 1, serverName: 'vault' })
})
