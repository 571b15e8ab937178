import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { until } from '@/lib/ops/supervision/ready'
import { introspect, makeAgent, type TestAgent } from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { demoWorld, policyText } from '@/tests/harness/demo'
import { freePort } from '@/tests/harness/ports.mjs'
import { type StartedProcess, startProcess } from '@/tests/harness/processes'
import { type AuthorityProcess, authorityProcess } from '@/tests/harness/served'
import { buildWorld, grantTask, SERVERS, type TestWorld } from '@/tests/harness/world'

// Two consoles and two authorities, each a process of its own, on one database.

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const PATIENCE_MS = 30_000

type Console = StartedProcess & { ask: (path: string, body?: object) => Promise<unknown>; url: string }

let db: FreshDatabase
let world: TestWorld
let consoles: readonly [Console, Console]
let authorities: readonly [AuthorityProcess, AuthorityProcess]
let firstHolder: string
let agent: TestAgent

async function startConsole(): Promise<Console> {
  const port = await freePort()
  const env = {
    ...db.env,
    COUNTERSIGN_DEMO: '1',
    COUNTERSIGN_SECRET: process.env.COUNTERSIGN_SECRET ?? '',
  }
  const started = await startProcess('tests/integration/postgres/toys/console.ts', env, { args: [`${port}`] })
  const url = `http://127.0.0.1:${port}`
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${url}${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  return { ...started, url, ask }
}

const sweeper = async () => {
  const { rows } = await pool().query<{ holder: string; fence: number; until: Date }>(
    `select holder, fence::int as fence, until from lease where name = 'sweeper'`,
  )
  return rows[0]
}

beforeAll(async () => {
  db = await freshDatabase()
  await demoWorld()
  world = await buildWorld()
  const first = await authorityProcess(db.url)
  await until('the first sweeper', async () => (await sweeper()) !== undefined, PATIENCE_MS)
  firstHolder = (await sweeper())?.holder ?? ''
  const second = await authorityProcess(db.url, { issuer: first.issuer })
  authorities = [first, second]
  consoles = [await startConsole(), await startConsole()]
  agent = await makeAgent(world, first.issuer)
})
afterAll(async () => {
  await Promise.all([...(consoles ?? []), ...(authorities ?? [])].map((each) => each.stop('SIGKILL')))
  await db.dispose()
})

describe('two consoles', () => {
  test('a sign-in made on one works on the other, and ended on one is ended on the other at once', async () => {
    const [one, two] = consoles
    const { signInId } = (await one.ask('/sign-in')) as { signInId: string }
    const here = `/who?signIn=${signInId}`
    expect(await one.ask(here)).toEqual(await two.ask(here))
    expect(await two.ask(here)).not.toBeNull()
    await two.ask(`/end?signIn=${signInId}`)
    expect([await one.ask(here), await two.ask(here)]).toEqual([null, null])
  })

  test('what happens on one wakes whoever looks at the other, within a second', async () => {
    const [one, two] = consoles
    const { signInId } = (await two.ask('/sign-in')) as { signInId: string }
    const gone = new AbortController()
    const { body } = await fetch(`${two.url}/live?signIn=${signInId}`, { signal: gone.signal })
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
    const hears = async (event: string): Promise<void> => {
      const { value = '', done } = (await reader?.read()) ?? {}
      if (done) throw new Error('The stream ended.')
      if (!value.includes(`event: ${event}`)) await hears(event)
    }
    await hears('beat')
    const took: number[] = []
    for (let act = 0; act < 5; act += 1) {
      const heard = hears('trail')
      const before = performance.now()
      await one.ask('/sign-in')
      await heard
      took.push(performance.now() - before)
    }
    // The net under the notifications looks every two seconds: with it alone all but the first would take that long. A
    // busy machine makes one slow.
    expect(took.sort((a, b) => a - b)[2]).toBeLessThan(1000)
    gone.abort()
  })
})

/** The request an agent would send for a token, not sent. */
async function tokenRequest(
  mandate: string,
  more: { svid?: string; as?: TestAgent } = {},
): Promise<RequestInit> {
  let sent: RequestInit = {}
  const by = more.as ?? agent
  const options = {
    DPoP: by.dpop,
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_url: string, init: RequestInit) => {
      sent = init
      return new Response()
    },
  }
  const parameters = {
    ...{ subject_token: mandate, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
    ...{
      actor_token: more.svid ?? (await by.svid()),
      actor_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    },
    resource: SERVERS.tickets,
  }
  const type = 'urn:ietf:params:oauth:grant-type:token-exchange'
  await oauth.genericTokenEndpointRequest(
    by.server,
    by.client,
    oauth.None(),
    type,
    parameters,
    options as never,
  )
  return sent
}

async function send(request: RequestInit, to: AuthorityProcess) {
  const response = await fetch(`http://127.0.0.1:${to.port}/oauth/token`, request)
  return { status: response.status, ...(await response.json()) }
}

const mandateFor = async () => agent.mandateOf((await grantTask(world)).grantId)

describe('two authorities', () => {
  test('a DPoP proof used at one is refused at the other, whoever is first', async () => {
    const [one, two] = authorities
    const mandate = await mandateFor()
    for (const order of [
      [one, two],
      [two, one],
    ] as const) {
      const request = await tokenRequest(mandate)
      expect((await send(request, order[0])).status).toBe(200)
      expect(await send(request, order[1])).toMatchObject({
        error: 'invalid_dpop_proof',
        reason: 'dpop_replayed',
      })
    }
    const both = await tokenRequest(mandate)
    const answers = await Promise.all([send(both, one), send(both, two)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  test('a workload token belongs to the first key that used it, at either', async () => {
    const [one, two] = authorities
    const mandate = await mandateFor()
    const svid = await agent.svid()
    expect((await send(await tokenRequest(mandate, { svid }), one)).status).toBe(200)
    const thief = await makeAgent(world, one.issuer)
    const stolen = await send(await tokenRequest(mandate, { svid, as: thief }), two)
    expect(stolen).toMatchObject({ status: 400, reason: 'actor_key_mismatch' })
    expect((await send(await tokenRequest(mandate, { svid }), two)).status).toBe(200)
  })

  test('both publish the same keys, and what one signed the other knows', async () => {
    const [one, two] = authorities
    const keysOf = async ({ port }: AuthorityProcess) =>
      (await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).json()
    expect(await keysOf(one)).toEqual(await keysOf(two))
    expect(await database().trailEvent.count({ where: { type: 'key.created' } })).toBe(2)
    const { access_token } = await send(await tokenRequest(await mandateFor()), two)
    const question = { as: 'tickets', identifier: SERVERS.tickets, token: access_token } as const
    expect(await introspect(world, one.issuer, question)).toMatchObject({ active: true })
  })

  test('a policy set put in force on one console decides at both authorities and shows on both consoles', async () => {
    const mandate = await mandateFor()
    const today = policyText()
    const nothing = {
      name: '90-nothing.cedar',
      text: '@id("nothing-now")\n@says("Nothing is issued now.")\nforbid (principal, action, resource);\n',
    }
    await consoles[0].ask('/activate', { ...today, policies: [...today.policies, nothing] })
    const [here, there] = await Promise.all(consoles.map((each) => each.ask('/policy')))
    expect(here).toBe(there)
    for (const authority of authorities)
      expect(await send(await tokenRequest(mandate), authority)).toMatchObject({
        reason: 'policy_refused',
        policies: ['nothing-now'],
      })
    await consoles[1].ask('/activate', today)
    for (const authority of authorities)
      expect((await send(await tokenRequest(mandate), authority)).status).toBe(200)
  })

  test('one sweeps at a time; stopped, it is replaced under a higher number and does not come back', async () => {
    const [one] = authorities
    expect(await sweeper()).toMatchObject({ holder: firstHolder, fence: 1 })
    one.child.kill('SIGSTOP')
    const { requestId } = await grantTask(world, { agoSeconds: 7200 })
    await until('another sweeper', async () => (await sweeper())?.fence === 2, PATIENCE_MS)
    const noted = () => database().trailEvent.count({ where: { type: 'grant.expired', requestId } })
    await until('its work', async () => (await noted()) === 1, PATIENCE_MS)
    one.child.kill('SIGCONT')
    const answers = async () => (await fetch(`http://127.0.0.1:${one.port}/readyz`)).status === 200
    await until('the first again', answers, PATIENCE_MS)
    const renewed = (await sweeper())?.until ?? 0
    const isLater = async () => ((await sweeper())?.until ?? 0) > renewed
    await until('a sweep after that', isLater, PATIENCE_MS)
    expect(await sweeper()).toMatchObject({ fence: 2 })
    expect((await sweeper())?.holder).not.toBe(firstHolder)
    expect(await noted()).toBe(1)
  })
})
