import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { discover } from '@/tests/harness/authority'
import { agent, authority, db, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, SERVERS } from '@/tests/harness/world'

let replica: Awaited<ReturnType<typeof startReplica>>

withAuthority()
beforeAll(async () => {
  replica = await startReplica(db, authority.issuer)
})
afterAll(async () => {
  await replica.stop()
})

async function issuedToken() {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  return { grantId, mandate, ...getStatusListFromJWT(access_token) }
}

/** What a stranger reads: the list where the token says it is, verified, decoded, and its bit. */
async function statusAt(uri: string, idx: number): Promise<number> {
  const jwt = await (await fetch(uri)).text()
  const keys = createRemoteJWKSet(new URL(`${authority.issuer}/.well-known/jwks.json`))
  const own = uri.replace(replica.url, authority.issuer)
  const { payload } = await jwtVerify(jwt, keys, {
    typ: 'statuslist+jwt',
    subject: own,
    requiredClaims: ['exp'],
  })
  expect(payload.ttl).toBe(10)
  return getListFromStatusListJWT(jwt).getStatus(idx)
}

/** Waits until the list says so, and tells how long after now it was last asked and said otherwise. */
async function otherwiseUntil(uri: string, idx: number, status: number): Promise<number> {
  const began = performance.now()
  let last = 0
  const ask = async () => {
    const asked = performance.now()
    const seen = await statusAt(uri, idx)
    if (seen !== status) last = asked - began
    return seen
  }
  await expect.poll(ask, { interval: 25, timeout: 60_000 }).toBe(status)
  return last
}

const elsewhere = (uri: string) => uri.replace(authority.issuer, replica.url)

describe('a credential', () => {
  test('says where its status stands, and is valid there at first', async () => {
    const { idx, uri } = await issuedToken()
    expect(uri).toMatch(new RegExp(`^${authority.issuer}/oauth/status/\\d{8}$`))
    expect(await statusAt(uri, idx)).toBe(0)
    expect(await statusAt(elsewhere(uri), idx)).toBe(0)
  })

  test('has no status at another time, and none is made up', async () => {
    const { uri } = await issuedToken()
    const then = await fetch(`${uri}?time=1700000000`)
    expect(then.status).toBe(501)
    expect(await then.json()).toMatchObject({ reason: 'history_unavailable' })
  })

  test('all of one grant share a place, and two grants do not', async () => {
    const first = await issuedToken()
    const { access_token } = await agent.exchange({ mandate: first.mandate, resource: SERVERS.tickets })
    expect(getStatusListFromJWT(access_token)).toEqual({ idx: first.idx, uri: first.uri })
    expect((await issuedToken()).idx).not.toBe(first.idx)
  })

  test('its bit flips within a second of the end, at every replica', async () => {
    const { grantId, mandate, idx, uri } = await issuedToken()
    const other = await issuedToken()
    expect(await statusAt(uri, idx)).toBe(0)
    await agent.giveBack(mandate)
    const last = await Promise.all([uri, elsewhere(uri)].map((at) => otherwiseUntil(at, idx, 1)))
    for (const one of last) expect(one).toBeLessThan(1000)
    expect(await statusAt(uri, other.idx)).toBe(0)
    expect(await database().grant.findUnique({ where: { id: grantId } })).toMatchObject({
      state: 'completed',
    })
  })

  test('is suspended while its agent is', async () => {
    const { idx, uri } = await issuedToken()
    const set = (suspended: Date | null) =>
      database().agent.update({ where: { id: world.agents.triage }, data: { suspended } })
    await set(new Date())
    expect(await otherwiseUntil(uri, idx, 2)).toBeLessThan(1000)
    await set(null)
    expect(await otherwiseUntil(uri, idx, 0)).toBeLessThan(1000)
  })
})

describe('the list', () => {
  test('is public, compressed where that is taken, and not sent twice', async () => {
    const { uri } = await issuedToken()
    const plain = await fetch(uri, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-type')).toBe('application/statuslist+jwt')
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(plain.headers.get('access-control-allow-origin')).toBe('*')
    expect(plain.headers.get('cache-control')).toBe('public, max-age=1')
    const zipped = await fetch(uri, { headers: { 'accept-encoding': 'br, gzip;q=1.0' } })
    const unzipped = await fetch(uri, { headers: { 'accept-encoding': 'gzip;q=0' } })
    expect(unzipped.headers.get('content-encoding')).toBeNull()
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect(getListFromStatusListJWT(await zipped.text()).getStatus(0)).toBe(0)
    const again = async () => {
      const etag = (await fetch(uri)).headers.get('etag') ?? ''
      return (await fetch(uri, { headers: { 'if-none-match': etag } })).status
    }
    // The tag moves every ten seconds: one of two tries is inside one of them.
    expect([await again(), await again()]).toContain(304)
  })

  test('is asked for again by a page of anybody', async () => {
    const { uri } = await issuedToken()
    const asking = {
      origin: 'https://page.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'if-none-match',
    }
    const { status, headers } = await fetch(uri, { method: 'OPTIONS', headers: asking })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect(headers.get('access-control-allow-headers')).toBe('if-none-match')
  })

  test('is named in the aggregation, which discovery names; there is no other', async () => {
    const { uri } = await issuedToken()
    const server = await discover(authority.issuer)
    const all = await fetch(String(server.status_list_aggregation_endpoint))
    expect((await all.json()).status_lists).toContain(uri)
    for (const name of ['20200101', 'x', '2020010', '%2e%2e'])
      expect((await fetch(`${authority.issuer}/oauth/status/${name}`)).status).toBe(404)
  })
})
