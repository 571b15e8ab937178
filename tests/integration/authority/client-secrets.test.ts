import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as oauth from 'oauth4webapi'
import { beforeEach, describe, expect, test } from 'vitest'
import { database, pool } from '@/lib/data/database'
import { newClientSecret } from '@/lib/identity/client-secret'
import { projectRoot } from '@/lib/ops/entry'
import { discover, INSECURE } from '@/tests/harness/authority'
import { appOf, ask } from '@/tests/harness/calls'
import { aboutGrant, assertionOf } from '@/tests/harness/evaluations'
import { agent, authority, db, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, SERVERS } from '@/tests/harness/world'

let secret: string
let grantId: string
let token: string

withAuthority()

async function give(made: { secret: string; secretHash: string }, old: string | null = null) {
  secret = made.secret
  await pool().query(
    `update resource_server set client_jwk = null, secret_hash = $1, secret_made = now(), old_secret_hash = $2,
       old_secret_ends = now() + interval '1 day' where identifier = $3`,
    [made.secretHash, old, SERVERS.tickets],
  )
}

beforeEach(async () => {
  await give(newClientSecret())
  grantId = (await grantTask(world)).grantId
  const mandate = await agent.mandateOf(grantId)
  token = (await agent.exchange({ mandate, resource: SERVERS.tickets })).access_token
})

const basic = (id: string, of: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(of)}`).toString('base64')}`

async function heardOf(response: Response) {
  const challenge = response.headers.get('www-authenticate')
  return { ...(await response.json()), status: response.status, challenge }
}

type Sent = { form?: Record<string, string>; authorization?: string; url?: string }

async function introspect({
  form = {},
  authorization = basic(SERVERS.tickets, secret),
  url = authority.issuer,
}: Sent = {}) {
  const response = await fetch(`${url}/oauth/introspect`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ token, ...form }),
  })
  return heardOf(response)
}

async function evaluate(
  authorization: string,
  path = '/access/v1/evaluation',
  body: unknown = aboutGrant(grantId),
) {
  const response = await fetch(`${authority.issuer}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return heardOf(response)
}

describe('a resource server with a client secret', () => {
  test('is what discovery offers, and a stock client needs nothing else', async () => {
    const server = await discover(authority.issuer)
    expect(server.introspection_endpoint_auth_methods_supported).toContain('client_secret_basic')
    const client = { client_id: SERVERS.tickets }
    const auth = oauth.ClientSecretBasic(secret)
    const response = await oauth.introspectionRequest(server, client, auth, token, INSECURE)
    expect(await oauth.processIntrospectionResponse(server, client, response)).toMatchObject({
      ...{ active: true, aud: SERVERS.tickets, scope: 'ticket:read' },
    })
    const signed = { ...client, introspection_signed_response_alg: 'ES256' }
    const asJwt = await oauth.introspectionRequest(server, signed, auth, token, {
      ...INSECURE,
      requestJwtResponse: true,
    })
    expect(await oauth.processIntrospectionResponse(server, signed, asJwt)).toMatchObject({ active: true })
  })

  test('asks as often as it likes, and each answer is in the trail', async () => {
    expect(await introspect()).toMatchObject({ status: 200, active: true })
    await agent.giveBack(token)
    expect(await introspect()).toEqual({ status: 200, challenge: null, active: false })
    const [row] = await database().trailEvent.findMany({
      where: { type: 'credential.asked', grantId },
      orderBy: { leaf: 'desc' },
      take: 1,
    })
    expect(JSON.parse(row?.entry ?? '{}').data).toMatchObject({ server: SERVERS.tickets, active: false })
  })

  test('asks for decisions, of which each is stored', async () => {
    const by = basic(SERVERS.tickets, secret)
    const [one, two] = [await evaluate(by), await evaluate(by)]
    expect([one.decision, two.decision]).toEqual([true, true])
    expect(one.context.decision_id).not.toBe(two.context.decision_id)
    const many = { ...aboutGrant(grantId), evaluations: [{}, { action: { name: 'no:such' } }] }
    const { evaluations } = await evaluate(by, '/access/v1/evaluations', many)
    expect(evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([true, false])
    const { subject, resource } = aboutGrant(grantId)
    const found = await evaluate(by, '/access/v1/search/action', { subject, resource })
    expect(found.results).toEqual([{ name: 'ticket:read' }])
    expect(await evaluate(by, '/access/v1/evaluation', { subject })).toMatchObject({ status: 400 })
  })

  test('has two while it changes, and an ended one is refused with the next call, at every replica', async () => {
    const replicas = await Promise.all([1, 2].map(() => startReplica(db, authority.issuer)))
    const statuses = (of: string) =>
      Promise.all(
        replicas.map(
          async ({ url }) => (await introspect({ url, authorization: basic(SERVERS.tickets, of) })).status,
        ),
      )
    try {
      const [first, second] = [newClientSecret(), newClientSecret()]
      await give(first)
      expect(await statuses(first.secret)).toEqual([200, 200])
      expect(await statuses(second.secret)).toEqual([401, 401])
      await give(second, first.secretHash)
      expect(await statuses(first.secret)).toEqual([200, 200])
      expect(await statuses(second.secret)).toEqual([200, 200])
      await give(second)
      expect(await statuses(first.secret)).toEqual([401, 401])
      await pool().query('update resource_server set secret_hash = null where identifier = $1', [
        SERVERS.tickets,
      ])
      expect(await statuses(second.secret)).toEqual([401, 401])
    } finally {
      await Promise.all(replicas.map(({ stop }) => stop()))
    }
  }, 60_000)
})

describe('what is refused', () => {
  test('the former one ends when its time is over, though nothing else happens', async () => {
    const [old, made] = [newClientSecret(), newClientSecret()]
    await give(made, old.secretHash)
    const by = basic(SERVERS.tickets, old.secret)
    await pool().query(
      `update resource_server set old_secret_ends = clock_timestamp() + interval '2 seconds' where identifier = $1`,
      [SERVERS.tickets],
    )
    expect((await introspect({ authorization: by })).status).toBe(200)
    const later = async () => (await introspect({ authorization: by })).status
    await expect.poll(later, { timeout: 20_000, interval: 200 }).toBe(401)
    expect((await introspect()).status).toBe(200)
  })

  test('another’s secret, an unknown client and a client with a key hear the same', async () => {
    const others = newClientSecret().secret
    const tried = [
      basic(SERVERS.tickets, others),
      basic('https://nobody.example', secret),
      basic(SERVERS.vault, secret),
      basic(SERVERS.vault, others),
      basic(SERVERS.tickets, 'guess'),
    ]
    const heard = await Promise.all(tried.map((authorization) => introspect({ authorization })))
    expect(heard[0]).toMatchObject({ status: 401, error: 'invalid_client', reason: 'client_unknown' })
    expect(heard[0]?.challenge).toBe('Basic realm="Countersign"')
    expect(new Set(heard.map((one) => JSON.stringify(one))).size).toBe(1)
    const asked = await evaluate(basic(SERVERS.tickets, others))
    expect(asked).toMatchObject({ status: 401, reason: 'client_unknown' })
    expect(asked.challenge).toContain('Basic realm=')
    expect(authority.lines).toContainEqual(
      expect.objectContaining({ route: '/oauth/introspect', status: 401, reason: 'client_unknown' }),
    )
  })

  test('an assertion of a server with a secret', async () => {
    const assertion = await assertionOf(world, 'tickets', authority.issuer)
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const form = { client_assertion: assertion, client_assertion_type: type }
    const alone = await introspect({ form, authorization: '' })
    expect(alone).toMatchObject({ status: 401, error: 'invalid_client', reason: 'client_unknown' })
    expect(alone.challenge).toMatch(/^Basic realm=/)
    for (const more of [form, { client_assertion_type: type }, { client_secret: secret }])
      expect(await introspect({ form: more })).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test('a client_id of somebody else; its own is taken', async () => {
    expect(await introspect({ form: { client_id: SERVERS.vault } })).toMatchObject({
      reason: 'client_mismatch',
    })
    expect(await introspect({ form: { client_id: SERVERS.tickets } })).toMatchObject({ active: true })
  })

  test('what cannot be read, and two headers', async () => {
    for (const text of ['x', 'https%2', 'a%00:b', `${SERVERS.tickets}:`])
      expect(
        await introspect({ authorization: `Basic ${Buffer.from(text).toString('base64')}` }),
      ).toMatchObject({ status: 400, error: 'invalid_request' })
    const header = basic(SERVERS.tickets, secret)
    expect(await rawStatus([header])).toBe(200)
    expect(await rawStatus([header, header])).toBe(400)
    expect(await rawStatus(['Bearer x', header])).toBe(400)
  })

  test('is limited by the address it comes from', async () => {
    const spent: string[] = []
    const rates = {
      spend: (of: string, who: string, points = 1) => {
        spent.push(`${of} ${who} ${points}`)
        return null
      },
      giveBack: () => {},
      exchange: async () => [],
    }
    const headers = { authorization: basic(SERVERS.tickets, 'guess') }
    const sent = { path: '/oauth/introspect', form: { token }, headers, address: '192.0.2.77' }
    expect((await ask(appOf(undefined, { rates }), sent)).status).toBe(401)
    expect(spent).toEqual(['address 192.0.2.77 1', 'address 192.0.2.77 20'])
  })
})

// `fetch` sends one header of a name only.
const rawStatus = (authorization: string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const body = new URLSearchParams({ token }).toString()
    const type = ['content-type', 'application/x-www-form-urlencoded', 'content-length', String(body.length)]
    const host = ['host', new URL(authority.issuer).host]
    const headers = [...host, ...type, ...authorization.flatMap((one) => ['authorization', one])]
    const sent = request(`${authority.issuer}/oauth/introspect`, { method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })

test('the line in the document runs as it stands', async () => {
  const text = await readFile(join(projectRoot, 'docs', 'resource-servers.md'), 'utf8')
  const line = /```sh\n(curl [^`]*CLIENT_SECRET[^`]*)```/.exec(text)?.[1] ?? 'exit 1'
  const env = {
    ...process.env,
    ISSUER: authority.issuer,
    AUDIENCE: SERVERS.tickets,
    CLIENT_SECRET: secret,
    TOKEN: token,
  }
  const { stdout } = await promisify(execFile)('bash', ['-euc', line], { env })
  expect(JSON.parse(stdout)).toMatchObject({ active: true, grant_id: grantId })
})
