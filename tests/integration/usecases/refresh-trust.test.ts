import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { parseEntry } from '@/lib/data/trail-rows'
import type { Actor } from '@/lib/domain/access'
import { refreshTrust } from '@/lib/usecases/trust/refresh-trust'
import { addActor } from '@/tests/harness/administrators'
import { SECRET } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { buildWorld, type KeyOfTests, keyPair, type TestWorld } from '@/tests/harness/world'

const DOMAIN = 'refreshed.example'

let db: FreshDatabase
let world: TestWorld
let administrator: Actor
let spire: Awaited<ReturnType<typeof serveBundle>>
let key: KeyOfTests
let other: KeyOfTests

/** Where a trust domain publishes its bundle; what it answers can be anything. */
async function serveBundle() {
  let answer: { status: number; body: unknown } = { status: 503, body: '' }
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    response.writeHead(answer.status).end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bundle`
  const say = (status: number, body: unknown = '') => {
    answer = { status, body }
  }
  return { url, say, asked: () => asked, close: () => server.close() }
}

const bundle = (spiffe_sequence: number, ...keys: KeyOfTests[]) => ({
  ...{ keys: keys.map(({ publicJwk }) => publicJwk), spiffe_sequence },
})

beforeAll(async () => {
  db = await freshDatabase()
  world = await buildWorld()
  Object.assign(process.env, {
    COUNTERSIGN_SECRET: SECRET,
    COUNTERSIGN_ISSUER: 'http://127.0.0.1:4231',
    COUNTERSIGN_EGRESS_PRIVATE: '127.0.0.0/8',
  })
  administrator = await addActor(world, 'Administrator')
  spire = await serveBundle()
  ;[key, other] = [await keyPair('jwt-svid'), await keyPair('jwt-svid')]
})
afterAll(async () => {
  spire.close()
  await db.dispose()
})
beforeEach(async () => {
  await database().trustDomain.deleteMany({ where: { name: DOMAIN } })
  await database().trustDomain.create({
    data: {
      ...{ name: DOMAIN, tenantId: world.tenantId, bundle: bundle(3, key), version: 1 },
      ...{ bundleUrl: spire.url, refreshed: new Date(), nextRefresh: new Date(Date.now() + 3_600_000) },
    },
  })
  await mayAskAgain()
})

const PAUSE = { name: `trust refresh ${DOMAIN}` }
const mayAskAgain = () => database().lease.deleteMany({ where: PAUSE })
const refresh = (by = administrator, name = DOMAIN) => refreshTrust(by, actOf(by), { name })
const rowOf = () => database().trustDomain.findUniqueOrThrow({ where: { name: DOMAIN } })

/** What was remembered after this leaf, with what is said of it. */
async function eventsAfter(leaf: bigint) {
  const rows = await database().trailEvent.findMany({
    where: { leaf: { gte: leaf } },
    orderBy: { leaf: 'asc' },
  })
  return rows.map(({ type, outcome, humanId, entry }) => ({
    ...{ type, outcome, humanId, data: parseEntry(entry).data },
  }))
}
const headOf = async () => (await database().trailHead.findUniqueOrThrow({ where: { id: 1 } })).nextLeaf

describe('a bundle that is refreshed at once', () => {
  test('with a higher sequence is believed from then on, by whoever asked for it', async () => {
    spire.say(200, bundle(4, other))
    const head = await headOf()
    expect(yes(await refresh())).toMatchObject({
      came: 'changed',
      says: expect.stringContaining('sequence 4'),
    })
    expect(await rowOf()).toMatchObject({ version: 2, bundle: bundle(4, other), problem: null })
    const by = { humanId: administrator.personId, outcome: 'done' }
    expect(await eventsAfter(head)).toMatchObject([
      { ...by, type: 'trust.refreshed', data: { trustDomain: DOMAIN } },
      { ...by, type: 'trust.refresh_asked', data: { trustDomain: DOMAIN, came: 'changed' } },
    ])
  })

  test('and is the same stays as it is, and that it was asked for is remembered', async () => {
    spire.say(200, bundle(3, key))
    const head = await headOf()
    expect(yes(await refresh())).toMatchObject({ came: 'unchanged' })
    expect((await rowOf()).version).toBe(1)
    expect(await eventsAfter(head)).toMatchObject([
      { type: 'trust.refresh_asked', data: { came: 'unchanged' } },
    ])
  })

  test.each([
    ['older', () => spire.say(200, bundle(2, other)), 'the sequence is lower'],
    [
      'not counted any more',
      () => spire.say(200, { keys: [other.publicJwk] }),
      'the sequence is lower or missing',
    ],
    ['not there', () => spire.say(404), 'status 404'],
    ['no bundle', () => spire.say(200, 'nonsense'), ''],
  ])('and is %s leaves the last one in force and says why', async (_, say, problem) => {
    say()
    const head = await headOf()
    const answer = yes(await refresh())
    expect(answer).toMatchObject({ came: 'failed', says: expect.stringMatching(/^It could not be had\. ./) })
    expect(answer.says).toContain(problem)
    expect(await rowOf()).toMatchObject({ version: 1, bundle: bundle(3, key) })
    expect((await rowOf()).problem).toContain(problem)
    expect(await eventsAfter(head)).toMatchObject([
      { type: 'trust.refresh_failed', outcome: 'refused', humanId: administrator.personId },
      { type: 'trust.refresh_asked', outcome: 'refused', data: { came: 'failed' } },
    ])
  })
})

describe('who may have an address asked', () => {
  test('is not asked twice in a moment, by anybody', async () => {
    spire.say(200, bundle(3, key))
    yes(await refresh())
    // However slow the machine is: the moment is not over.
    await database().lease.update({ where: PAUSE, data: { until: new Date(Date.now() + 3_600_000) } })
    const second = await addActor(world, 'Second administrator')
    const [asked, head] = [spire.asked(), await headOf()]
    expect(no(await refresh())).toBe('quota_reached')
    expect(no(await refresh(second))).toBe('quota_reached')
    expect(spire.asked()).toBe(asked)
    expect(await eventsAfter(head)).toMatchObject([
      { type: 'act.refused', data: { act: 'trust.refresh', reason: 'quota_reached' } },
      { type: 'act.refused', humanId: second.personId },
    ])
    await mayAskAgain()
    yes(await refresh(second))
  })

  test('is an administrator of its tenant, and nobody is asked for anybody else', async () => {
    const asked = spire.asked()
    for (const role of ['requester', 'approver', 'auditor'] as const)
      expect(no(await refresh(await addActor(world, role, role)))).toBe('not_allowed')
    expect(no(await refresh({ ...administrator, tenantId: newId('TenantId') }))).toBe('not_found')
    expect(no(await refresh(administrator, 'absent.example'))).toBe('not_found')
    await database().trustDomain.update({ where: { name: DOMAIN }, data: { bundleUrl: null } })
    expect(no(await refresh())).toBe('not_found')
    expect(spire.asked()).toBe(asked)
  })

  test('has no address asked that is not let through', async () => {
    const bundleUrl = 'http://169.254.169.254/bundle'
    await database().trustDomain.update({ where: { name: DOMAIN }, data: { bundleUrl } })
    expect(yes(await refresh())).toMatchObject({ came: 'failed' })
    expect((await rowOf()).version).toBe(1)
  })
})
