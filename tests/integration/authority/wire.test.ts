import { request as httpRequest } from 'node:http'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { refusalOf } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS, svidOf } from '@/tests/harness/world'

let mandate: string

withAuthority()
beforeAll(async () => {
  mandate = await agent.mandateOf((await grantTask(world)).grantId)
})

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const FORM = 'application/x-www-form-urlencoded'

type Sent = { body?: string; type?: string; dpop?: string[]; path?: string; headers?: Record<string, string> }

/** Sends exactly these bytes and headers, a header as often as it is given. */
function send({ body = '', type = FORM, dpop = [], path = '/oauth/token', headers = {} }: Sent) {
  const url = new URL(`${authority.issuer}${path}`)
  const sent = { 'content-type': type, ...headers, ...(dpop.length > 0 ? { dpop } : {}) }
  return new Promise<{
    status: number
    headers: NodeJS.Dict<string | string[]>
    json: Record<string, unknown>
  }>((resolve, reject) => {
    const call = httpRequest(url, { method: 'POST', headers: sent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          json: JSON.parse(text || '{}'),
        })
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

const exchangeForm = (svid: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', resource: SERVERS.tickets },
    ...{ subject_token: mandate, subject_token_type: JWT, actor_token: svid, actor_token_type: JWT },
    ...more,
  }).toString()

/** A proof as the stock client makes it, taken before it is sent. */
async function proofOf(handle: oauth.DPoPHandle = agent.dpop): Promise<string> {
  let proof = ''
  const take = async (_url: string, init: { headers: Record<string, string> }) => {
    proof = new Headers(init.headers).get('dpop') ?? ''
    return new Response()
  }
  const options = { DPoP: handle, [oauth.allowInsecureRequests]: true, [oauth.customFetch]: take } as never
  const { server, client } = agent
  await oauth.genericTokenEndpointRequest(server, client, oauth.None(), 'any', {}, options)
  return proof
}

describe('proof of the key', () => {
  test('a proof serves once, and only by itself', async () => {
    const body = exchangeForm(await agent.svid())
    const proof = await proofOf()
    expect((await send({ body, dpop: [proof] })).status).toBe(200)
    expect((await send({ body, dpop: [proof] })).json).toMatchObject({
      error: 'invalid_dpop_proof',
      reason: 'dpop_replayed',
    })
    const two = await send({ body, dpop: [await proofOf(), await proofOf()] })
    expect([two.status, two.json.reason]).toEqual([400, 'dpop_missing'])
    expect((await send({ body })).json).toMatchObject({ error: 'invalid_dpop_proof', reason: 'dpop_missing' })
  })

  test('the same proof many times at once serves once', async () => {
    const body = exchangeForm(await agent.svid())
    const proof = await proofOf()
    const answers = await Promise.all(Array.from({ length: 12 }, () => send({ body, dpop: [proof] })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('A20: a workload JWT belongs to the first key that used it, however it is respelled', async () => {
    const svid = await agent.svid()
    const body = exchangeForm(svid)
    expect((await send({ body, dpop: [await proofOf()] })).status).toBe(200)
    expect((await send({ body, dpop: [await proofOf()] })).status).toBe(200)
    const thief = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
    const stolen = await send({ body, dpop: [await proofOf(thief)] })
    expect([stolen.status, stolen.json.reason]).toEqual([400, 'actor_key_mismatch'])
    const respelled = await send({ body: exchangeForm(respell(svid)), dpop: [await proofOf(thief)] })
    expect(respelled.json.reason).toBe('actor_key_mismatch')
  })
})

/** The other signature of the same ECDSA value: (r, n - s). */
function respell(jwt: string): string {
  const [header, claims, signature = ''] = jwt.split('.')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const bytes = Buffer.from(signature, 'base64url')
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  return `${header}.${claims}.${other.toString('base64url')}`
}

describe('the shape of a request', () => {
  test('each is answered with what to do', async () => {
    const svid = await agent.svid()
    const cases: [Sent, number, string][] = [
      [{ body: '{}', type: 'application/json' }, 400, 'request_malformed'],
      [{ body: `${exchangeForm(svid)}&scope=a&scope=b` }, 400, 'request_malformed'],
      [{ body: `${exchangeForm(svid)}&resource=https://b.example` }, 400, 'target_missing'],
      [{ body: 'grant_type=password' }, 400, 'grant_type_unsupported'],
      [{ body: '' }, 400, 'request_malformed'],
      [{ body: exchangeForm(svid, { client_id: 'a\0b' }) }, 400, 'request_malformed'],
      [{ body: exchangeForm(svid, { subject_token: '' }) }, 400, 'mandate_missing'],
      [{ body: exchangeForm(svid, { resource: '' }) }, 400, 'target_missing'],
      [{ body: exchangeForm(svid, { audience: SERVERS.vault }) }, 400, 'target_unknown'],
      [{ body: exchangeForm('') }, 400, 'request_malformed'],
      [{ body: exchangeForm(svid, { client_assertion: svid }) }, 400, 'request_malformed'],
      [{ body: exchangeForm(svid, { requested_token_type: JWT }) }, 400, 'request_malformed'],
      [{ body: `x=${'a'.repeat(70_000)}` }, 413, 'request_too_large'],
      [{ path: '/oauth/introspect', body: 'token=a' }, 401, 'client_missing'],
      [{ path: '/oauth/revoke', body: 'token=a' }, 401, 'client_missing'],
      [{ path: '/oauth/authorize' }, 404, 'endpoint_unknown'],
    ]
    for (const [sent, status, reason] of cases) {
      const answer = await send(sent)
      expect([answer.status, answer.json.reason]).toEqual([status, reason])
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      expect(String(answer.json.error_description)).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  test('a client_id that is somebody else', async () => {
    const body = exchangeForm(await agent.svid(), {
      client_id: 'spiffe://agents.example/env/staging/agent/stranger',
    })
    const answer = await send({ body, dpop: [await proofOf()] })
    expect([answer.status, answer.json.reason]).toEqual([401, 'client_mismatch'])
  })

  test('the demo is closed to a tunnel and to another name', async () => {
    for (const name of ['x-forwarded-for', 'via', 'cf-connecting-ip', 'true-client-ip', 'ngrok-trace-id'])
      expect((await send({ headers: { [name]: '192.0.2.1' } })).status, name).toBe(421)
    expect((await send({ headers: { host: 'elsewhere.example' } })).status).toBe(421)
  })

  test('an own endpoint without a token says how to come', async () => {
    const response = await fetch(`${authority.issuer}/grants`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP algs="ES256 /)
  })
})

test('the own token is for the authority only', async () => {
  const elsewhere = await svidOf(world, SERVERS.tickets)
  expect(
    await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets, svid: elsewhere })),
  ).toMatchObject({
    reason: 'actor_audience',
  })
  const body = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_assertion: await agent.svid(), resource: SERVERS.tickets },
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe',
  }).toString()
  const answer = await send({ body, dpop: [await proofOf()] })
  expect(answer.json).toMatchObject({ error: 'invalid_target', reason: 'target_unknown' })
  const where = { type: 'agent.refused', agentId: world.agents.triage }
  const [told] = await database().trailEvent.findMany({ where, orderBy: { leaf: 'desc' }, take: 1 })
  expect(JSON.parse(told?.entry ?? '{}').data).toEqual({ reason: 'target_unknown' })
})

test('what is logged holds no token, no proof and no query', () => {
  const logged = JSON.stringify(authority.lines)
  expect(authority.lines.length).toBeGreaterThan(20)
  expect(logged).not.toContain('eyJ')
  expect(Object.keys(authority.lines[0] ?? {})).toEqual(
    expect.arrayContaining(['reference', 'method', 'route', 'status', 'ms']),
  )
})
