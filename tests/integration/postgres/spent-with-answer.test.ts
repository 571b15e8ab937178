import { SignJWT } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { until } from '@/lib/ops/supervision/ready'
import { makeAgent } from '@/tests/harness/authority'
import { type AuthorityProcess, authorityProcess, type OwnServer, ownServer } from '@/tests/harness/served'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// An assertion is spent in the transaction of its answer, or in one of its own where there is none. Power is lost right
// after the answer: what was written and not waited for is gone, as long as the server's own writer has not come by,
// which it does not here.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const PATIENCE_MS = 30_000
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let server: OwnServer
let world: TestWorld
let authority: AuthorityProcess
let token: string

beforeAll(async () => {
  server = await ownServer()
  await tell("alter system set wal_writer_delay = '10s'", 'select pg_reload_conf()')
  world = await buildWorld()
  authority = await authorityProcess(server.databaseUrl)
  const agent = await makeAgent(world, authority.issuer)
  const mandate = await agent.mandateOf((await grantTask(world)).grantId)
  token = (await agent.exchange({ mandate, resource: SERVERS.tickets })).access_token
})
afterAll(async () => {
  await authority.stop()
  await server.stop()
})

async function tell<T extends pg.QueryResultRow>(...statements: string[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: server.databaseUrl })
  await client.connect()
  let rows: T[] = []
  for (const one of statements) rows = (await client.query<T>(one)).rows
  await client.end()
  return rows
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** As a power cut: the server and all that it started are gone at once, and it comes back on what is on disk. */
async function losePower(): Promise<void> {
  const started = await tell<{ pid: number }>('select pid from pg_stat_activity')
  await server.kill()
  await until('The end of the server', async () => started.every(({ pid }) => isGone(pid)), PATIENCE_MS)
  await server.start()
  await until('The authority', async () => (await fetch(`${authority.issuer}/readyz`)).ok, PATIENCE_MS)
}

function assertion(): Promise<string> {
  const { privateKey, kid } = world.serverKeys.tickets
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(SERVERS.tickets)
    .setSubject(SERVERS.tickets)
    .setAudience(authority.issuer)
    .setIssuedAt()
    .setExpirationTime('4 minutes')
    .sign(privateKey)
}

async function ask(about: string, client_assertion: string) {
  const form = { token: about, client_assertion_type: JWT_BEARER, client_assertion }
  const response = await fetch(`${authority.issuer}/oauth/introspect`, {
    ...{ method: 'POST', body: new URLSearchParams(form) },
  })
  return { status: response.status, said: await response.json() }
}

test.each([
  ['told with its trace', () => token, true],
  ['told without one', () => 'not.a.token', false],
])('A20: after an answer %s and a loss of power the same assertion is refused', async (_, about, active) => {
  const once = await assertion()
  expect(await ask(about(), once)).toMatchObject({ status: 200, said: { active } })
  await losePower()
  expect(await ask(about(), once)).toMatchObject({
    status: 401,
    said: { reason: 'assertion_replayed' },
  })
})

/** Asks for a decision about the token's own scope, or something that is no question. */
async function decide(body: object, bearer: string) {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
  const response = await fetch(`${authority.issuer}/access/v1/evaluation`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  })
  return { status: response.status, said: await response.json() }
}

const aboutToken = () => ({
  subject: { type: 'access_token', id: token },
  action: { name: 'ticket:read' },
  resource: { type: 'resource', id: `${SERVERS.tickets}/t/4711` },
})

test.each([
  ['is asked about a token that leaves a trace', (once: string) => ask(token, once), 200],
  ['is asked about no token at all', (once: string) => ask('not.a.token', once), 200],
  ['decides', (once: string) => decide(aboutToken(), once), 200],
  ['is asked for no decision at all', (once: string) => decide({}, once), 400],
])('A20: of many with one assertion at once that it %s, one is heard', async (_, call, status) => {
  const once = await assertion()
  const answers = await Promise.all(Array.from({ length: 12 }, () => call(once)))
  const said = answers.map((one) => (one.status === status ? 'heard' : one.said.reason))
  expect(said.sort()).toEqual([...Array(11).fill('assertion_replayed'), 'heard'])
})
