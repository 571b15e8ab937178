import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { addActor } from '@/tests/harness/administrators'
import { refusalOf, SECRET } from '@/tests/harness/authority'
import { actOf, no, yes } from '@/tests/harness/demo'
import { issued } from '@/tests/harness/issuers'
import { agent, authority, db, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, type KeyOfTests, keyPair, SERVERS } from '@/tests/harness/world'

const DOMAIN = 'fetched.example'

let replica: Awaited<ReturnType<typeof startReplica>>
let mandate: string
let spire: Awaited<ReturnType<typeof serveBundle>>
let first: KeyOfTests
let second: KeyOfTests

/** Where a trust domain publishes its bundle; what it answers can be anything. */
async function serveBundle() {
  let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 503, body: '' }
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bundle`
  const say = (status: number, body: unknown, headers = {}) => {
    answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body), headers }
  }
  return { url, say, asked: () => asked, close: () => server.close() }
}

const bundle = (spiffe_sequence: number, ...keys: KeyOfTests[]) => ({
  keys: keys.map(({ publicJwk }) => publicJwk),
  ...{ spiffe_sequence, spiffe_refresh_hint: 3600 },
})

withAuthority()
beforeAll(async () => {
  Object.assign(process.env, {
    COUNTERSIGN_SECRET: SECRET,
    COUNTERSIGN_ISSUER: authority.issuer,
    COUNTERSIGN_EGRESS_PRIVATE: '127.0.0.0/8',
  })
  // The one that fetches. The authority of this process does not, and sees what it fetched.
  replica = await startReplica(db, authority.issuer)
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
  spire = await serveBundle()
  ;[first, second] = [await keyPair('jwt-svid'), await keyPair('jwt-svid')]
})
afterAll(async () => {
  spire.close()
  await replica.stop()
})

const put = async (url: string, by = 'Administrator', bundleText = '') => {
  const actor = await addActor(world, `${by} ${newId('PersonId')}`)
  const input = { kind: 'domain', name: DOMAIN, bundle: bundleText, url, file: '' } as const
  const answer = await proposeTrust(actor, actOf(actor), input)
  await database().roleHolding.deleteMany({ where: { personId: actor.personId } })
  return answer
}

/** What comes of a workload JWT of this key: "issued", or the reason. */
async function outcome(key: KeyOfTests): Promise<string> {
  const claims = { sub: `spiffe://${DOMAIN}/env/staging/agent/triage`, aud: authority.issuer }
  const svid = await issued(key, claims)
  const asked = agent.exchange({ mandate, resource: SERVERS.tickets, svid })
  return asked.then(
    () => 'issued',
    async () => (await refusalOf(asked)).reason ?? '',
  )
}

const rowOf = (name = DOMAIN) => database().trustDomain.findUniqueOrThrow({ where: { name } })
const set = (data: object, name = DOMAIN) => database().trustDomain.update({ where: { name }, data })

/** Has the bundle fetched now, and waits until it was. A round that is under way already does not count. */
async function fetched(): Promise<void> {
  const before = spire.asked()
  const nextAfterIt = async () => {
    if (spire.asked() > before) return ((await rowOf()).nextRefresh?.getTime() ?? 0) - Date.now()
    await set({ nextRefresh: new Date(0) })
    await database().lease.deleteMany({ where: { name: 'trust bundles' } })
    return 0
  }
  await expect.poll(nextAfterIt, { timeout: 60_000, interval: 100 }).toBeGreaterThan(0)
}

describe('a trust domain by its address', () => {
  test('is fetched when it is proposed, and what cannot be used is said beside the field', async () => {
    const fieldsOf = async (answer: Awaited<ReturnType<typeof put>>) =>
      answer.ok ? 'allowed' : Object.entries(answer.refusal.fields ?? {})
    expect(await fieldsOf(await put('file:///etc/passwd'))).toEqual([
      ['url', expect.stringContaining('https://')],
    ])
    expect(await fieldsOf(await put('http://169.254.169.254/latest'))).toEqual([['url', expect.any(String)]])
    expect(await fieldsOf(await put(spire.url))).toEqual([['url', 'It answers with status 503.']])
    spire.say(200, { keys: [] })
    expect(await fieldsOf(await put(spire.url))).toEqual([['url', expect.stringContaining('jwt-svid')]])
    expect(await fieldsOf(await put(spire.url, 'Both', '{}'))).toEqual([
      ['bundle', expect.stringContaining('one of the three')],
    ])
  })

  test('its keys are believed once it is in force', async () => {
    spire.say(200, bundle(1, first))
    expect(yes(await put(spire.url)).state).toBe('activated')
    const { triage: agentId } = world.agents
    // The least of ids: what an agent is called is still the identity it had first.
    await database().agentIdentity.create({
      data: { id: 'N-000000000000', agentId, trustDomain: DOMAIN, workload: 'agent/triage' },
    })
    expect(await outcome(first)).toBe('issued')
    expect(await outcome(second)).toBe('actor_untrusted')
  })

  test('one replica fetches a newer bundle, and the next request at the other sees it', async () => {
    spire.say(200, bundle(2, second))
    await fetched()
    expect(await outcome(first)).toBe('actor_untrusted')
    expect(await outcome(second)).toBe('issued')
    const { nextRefresh, refreshed, problem } = await rowOf()
    expect((nextRefresh?.getTime() ?? 0) - (refreshed?.getTime() ?? 0)).toBe(3_600_000)
    expect(problem).toBeNull()
    const events = await database().trailEvent.findMany({ where: { type: 'trust.refreshed' } })
    expect(events).toHaveLength(1)
    expect(events[0]?.entry).toContain('sequence 2')
  })

  test('an unchanged one leaves no entry and no new version', async () => {
    const { version } = await rowOf()
    await fetched()
    expect((await rowOf()).version).toBe(version)
    expect(await database().trailEvent.count({ where: { type: 'trust.refreshed' } })).toBe(1)
  })
})

describe('a bundle that cannot be had', () => {
  const PRIVATE = { ...bundle(9), keys: [{ kty: 'EC', kid: 'p', use: 'jwt-svid', d: 'AAAA' }] }
  test.each([
    ['an older one', () => spire.say(200, bundle(1, first)), 'the sequence is lower'],
    [
      'one that counts no more',
      () => spire.say(200, { keys: [first.publicJwk] }),
      'the sequence is lower or missing',
    ],
    ['an error', () => spire.say(500, ''), 'status 500'],
    ['a redirect', () => spire.say(302, '', { location: 'http://169.254.169.254/' }), 'status 302'],
    ['one without end', () => spire.say(200, `{"keys":"${'a'.repeat(300_000)}"}`), 'longer than 256 KiB'],
    ['nonsense', () => spire.say(200, '<html>'), 'cannot be read'],
    ['a private key', () => spire.say(200, PRIVATE), 'private'],
  ])('%s: the last good one stays, and the reason is kept for the page', async (_, say, problem) => {
    say()
    await fetched()
    expect((await rowOf()).problem).toContain(problem)
    expect(await outcome(second)).toBe('issued')
    expect(await outcome(first)).toBe('actor_untrusted')
  })

  test('is one entry, however often it is tried', async () => {
    expect(await database().trailEvent.count({ where: { type: 'trust.refresh_failed' } })).toBe(1)
  })

  test('holds up no other domain', async () => {
    const name = 'beside.example'
    const other = await serveBundle()
    other.say(200, bundle(1, first))
    const source = { bundleUrl: other.url, refreshed: new Date(), nextRefresh: new Date(0) }
    await database().trustDomain.create({
      data: { name, tenantId: world.tenantId, bundle: { keys: [] }, ...source },
    })
    await fetched()
    // Each is written by itself, as its answer comes.
    await expect.poll(async () => (await rowOf(name)).version, { timeout: 60_000, interval: 100 }).toBe(2)
    expect((await rowOf(name)).problem).toBeNull()
    expect((await rowOf()).problem).not.toBeNull()
    other.close()
  })

  test('is believed for a day and no longer, and again once it can be had', async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
    await set({ refreshed: hoursAgo(23) })
    expect(await outcome(second)).toBe('issued')
    await set({ refreshed: hoursAgo(25) })
    expect(await outcome(second)).toBe('actor_untrusted')
    // Its day ends while nothing else happens.
    await set({ refreshed: new Date(Date.now() - 24 * 3_600_000 + 2500) })
    expect(await outcome(second)).toBe('issued')
    await expect.poll(() => outcome(second), { timeout: 20_000, interval: 200 }).toBe('actor_untrusted')
    spire.say(200, bundle(3, second))
    await fetched()
    expect((await rowOf()).problem).toBeNull()
    expect(await outcome(second)).toBe('issued')
  })
})

test('somebody who may not change trust has nothing fetched for them', async () => {
  const requester = await addActor(world, 'Some requester', 'requester')
  const input = { kind: 'domain', name: 'x.example', bundle: '', url: spire.url, file: '' } as const
  expect(no(await proposeTrust(requester, actOf(requester), input))).toBe('not_allowed')
})
