import { SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { afterReading } from '@/tests/harness/after-reading'
import { discover, INSECURE, introspect, makeAgent, proofOf, refusalOf } from '@/tests/harness/authority'
import { authority, db, withAuthority, world } from '@/tests/harness/open-authority'
import { addKey } from '@/tests/harness/own-keys'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, SERVERS } from '@/tests/harness/world'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let replica: Awaited<ReturnType<typeof startReplica>>
let keys: CryptoKeyPair
let clientId: string

withAuthority()
beforeAll(async () => {
  replica = await startReplica(db, authority.issuer)
  clientId = world.agents.triage
})
afterAll(async () => {
  await replica.stop()
})
beforeEach(async () => {
  await database().agentKey.deleteMany()
  keys = await oauth.generateKeyPair('ES256', { extractable: true })
  await addKey(world, keys)
})

/** The stock client with the key it is registered with. */
async function stock(key: CryptoKey = keys.privateKey) {
  const server = await discover(authority.issuer)
  const dpop = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
  const options = { ...INSECURE, DPoP: dpop }
  const auth = oauth.PrivateKeyJwt(key)
  const me = { client_id: clientId }
  const ownToken = async () => {
    const parameters = { resource: authority.issuer }
    const response = await oauth.clientCredentialsGrantRequest(server, me, auth, parameters, options)
    return (await oauth.processClientCredentialsResponse(server, me, response)).access_token
  }
  const call = async (method: string, path: string, token: string) =>
    oauth.protectedResourceRequest(
      ...([token, method, new URL(`${authority.issuer}${path}`), new Headers(), null, options] as const),
    )
  const mandateOf = async (grantId: string) =>
    String((await (await call('GET', `/grants/${grantId}/mandate`, await ownToken())).json()).mandate)
  const exchange = async (mandate: string) => {
    const parameters = { subject_token: mandate, subject_token_type: JWT, resource: SERVERS.tickets }
    const response = await oauth.genericTokenEndpointRequest(
      ...([server, me, auth, TOKEN_EXCHANGE, parameters, options] as const),
    )
    return oauth.processGenericTokenEndpointResponse(server, me, response)
  }
  const giveBack = async (token: string) =>
    oauth.processRevocationResponse(await oauth.revocationRequest(server, me, auth, token, INSECURE))
  return { ownToken, call, mandateOf, exchange, giveBack }
}

const T = () => Math.floor(Date.now() / 1000)
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())

function assertion(over: Record<string, unknown> = {}, key: CryptoKey = keys.privateKey) {
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: authority.issuer,
    jti: crypto.randomUUID(),
    exp: T() + 60,
  }
  return new SignJWT({ ...claims, ...over }).setProtectedHeader({ alg: 'ES256' }).sign(key)
}

/** Asks for the agent's own token with exactly this assertion, at any replica. */
async function present(jwt: string, { url = authority.issuer, type = JWT_BEARER, id = '' } = {}) {
  const pair = await oauth.generateKeyPair('ES256', { extractable: true })
  const form = { grant_type: 'client_credentials', resource: authority.issuer, client_assertion: jwt }
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_assertion_type: type, ...(id ? { client_id: id } : {}) }),
    headers: { dpop: await proofOf(pair, 'POST', `${authority.issuer}/oauth/token`) },
  })
  const { error, reason } = await response.json()
  return response.status === 200 ? [200] : [response.status, error, reason]
}

describe('an agent with a key of its own', () => {
  test('the whole task through oauth4webapi', async () => {
    const { grantId } = await grantTask(world)
    const agent = await stock()
    const mandate = await agent.mandateOf(grantId)
    const { access_token } = await agent.exchange(mandate)
    const identity = `spiffe://agents.example/env/staging/agent/triage`
    expect(claimsOf(access_token)).toMatchObject({ client_id: identity, act: { sub: identity } })
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token: access_token } as const
    expect(await introspect(world, authority.issuer, asked)).toMatchObject({ active: true })
    await agent.giveBack(access_token)
    expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
    await agent.giveBack(mandate)
    expect(await refusalOf(agent.exchange(mandate))).toMatchObject({ reason: 'grant_completed' })
  })

  test('by its SPIFFE ID, as its tokens call it, in the environment of its key and nowhere else', async () => {
    const called = (environment: string) => `spiffe://agents.example/env/${environment}/agent/triage`
    const by = (id: string) => assertion({ iss: id, sub: id })
    const staging = called('staging')
    for (const id of ['', staging, clientId]) {
      if (id !== clientId) expect(await present(await by(staging), { id })).toEqual([200])
      expect(await present(await assertion(), { id })).toEqual([200])
    }
    const unknown = [401, 'invalid_client', 'client_unknown']
    expect(await present(await by(called('production')))).toEqual(unknown)
    expect(await present(await by('spiffe://agents.example/env/staging/agent/stranger'))).toEqual(unknown)
    expect(await present(await by('spiffe://elsewhere.example/env/staging/agent/triage'))).toEqual(unknown)
  })

  test('the whole task through openid-client', async () => {
    const { grantId } = await grantTask(world)
    const config = await client.discovery(
      ...([new URL(authority.issuer), clientId, {}, client.PrivateKeyJwt(keys.privateKey)] as const),
      { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
    )
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const own = await client.clientCredentialsGrant(config, { resource: authority.issuer }, { DPoP })
    const at = new URL(`${authority.issuer}/grants/${grantId}/mandate`)
    const got = await client.fetchProtectedResource(config, own.access_token, at, 'GET', null, undefined, {
      DPoP,
    })
    const { mandate } = await got.json()
    const parameters = { subject_token: mandate, subject_token_type: JWT, resource: SERVERS.tickets }
    const token = await client.genericGrantRequest(config, TOKEN_EXCHANGE, parameters, { DPoP })
    expect(token).toMatchObject({ expires_in: 300, scope: 'ticket:read' })
    await client.tokenRevocation(config, token.access_token)
  })

  test('without a SPIFFE ID it goes by the name it has here, whichever key it uses', async () => {
    const kept = await database().agentIdentity.findMany({ where: { agentId: clientId } })
    await database().agentIdentity.deleteMany({ where: { agentId: clientId } })
    try {
      const { grantId } = await grantTask(world)
      const agent = await stock()
      const mandate = await agent.mandateOf(grantId)
      expect(claimsOf(mandate)).toMatchObject({ may_act: { sub: clientId } })
      const { access_token } = await agent.exchange(mandate)
      expect(claimsOf(access_token)).toMatchObject({ client_id: clientId, act: { sub: clientId } })
    } finally {
      await database().agentIdentity.createMany({ data: kept })
    }
  })

  test('a key says where it runs: the grant of another environment is refused', async () => {
    const { grantId } = await grantTask(world, { environment: 'production' })
    const agent = await stock()
    const mandate = await agent.mandateOf(grantId)
    expect(await refusalOf(agent.exchange(mandate))).toMatchObject({ reason: 'environment_mismatch' })
    const there = await oauth.generateKeyPair('ES256', { extractable: true })
    await addKey(world, there, { environment: 'production' })
    expect(await (await stock(there.privateKey)).exchange(mandate)).toMatchObject({ expires_in: 300 })
  })
})

describe('A20, A26, A29: an assertion', () => {
  test('serves once, on whichever replica', async () => {
    const jwt = await assertion()
    expect(await present(jwt)).toEqual([200])
    const replayed = [401, 'invalid_client', 'assertion_replayed']
    expect(await present(jwt, { url: replica.url })).toEqual(replayed)
    expect(await present(jwt)).toEqual(replayed)
    const two = await assertion()
    const urls = [authority.issuer, replica.url]
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => present(two, { url: urls[at % 2] })),
    )
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1)
  })

  test('for anybody but this issuer alone is refused', async () => {
    const { issuer } = authority
    for (const aud of [`${issuer}/oauth/token`, `${issuer}/`, [issuer, SERVERS.tickets], SERVERS.tickets])
      expect(await present(await assertion({ aud }))).toEqual([401, 'invalid_client', 'assertion_audience'])
    expect(await present(await assertion({ aud: [issuer] }))).toEqual([200])
  })

  test('without jti, of another, too long or by another key is refused', async () => {
    const foreign = await oauth.generateKeyPair('ES256')
    const stranger = world.agents.stranger
    const cases: [Promise<string>, string][] = [
      [assertion({ jti: undefined }), 'assertion_malformed'],
      [assertion({ exp: T() + 3600 }), 'assertion_expired'],
      [assertion({ exp: T() - 61 }), 'assertion_expired'],
      [assertion({ iss: stranger }), 'assertion_malformed'],
      [assertion({ iss: stranger, sub: stranger }), 'client_unknown'],
      [assertion({ iss: 'https://x.example', sub: 'https://x.example' }), 'client_unknown'],
      [assertion({}, foreign.privateKey), 'client_untrusted'],
    ]
    for (const [jwt, reason] of cases)
      expect(await present(await jwt)).toEqual([401, 'invalid_client', reason])
    expect(await present(await assertion(), { id: stranger })).toEqual([
      401,
      'invalid_client',
      'client_mismatch',
    ])
    expect(await present(await assertion(), { id: clientId })).toEqual([200])
    const spiffe = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'
    expect(await present(await assertion(), { type: spiffe })).toEqual([
      401,
      'invalid_client',
      'assertion_malformed',
    ])
  })

  test('of one agent opens nothing of another', async () => {
    const { grantId } = await grantTask(world, { agent: 'stranger' })
    const owner = await makeAgent(world, authority.issuer, { agent: 'stranger' })
    const agent = await stock()
    const mandate = await owner.mandateOf(grantId)
    expect(await refusalOf(agent.exchange(mandate))).toMatchObject({ reason: 'actor_mismatch' })
  })
})

describe('a key', () => {
  test('that is taken away opens nothing any more, and neither does a token it got', async () => {
    const { grantId } = await grantTask(world)
    const agent = await stock()
    const [own, mandate] = [await agent.ownToken(), await agent.mandateOf(grantId)]
    expect((await agent.call('GET', '/grants', own)).status).toBe(200)
    await database().agentKey.deleteMany()
    expect(await present(await assertion(), { url: replica.url })).toEqual([
      401,
      'invalid_client',
      'client_unknown',
    ])
    expect(await refusalOf(agent.exchange(mandate))).toMatchObject({ status: 401, reason: 'client_unknown' })
    const gone = await refusalOf(agent.call('GET', '/grants', own))
    expect(gone).toMatchObject({ status: 401, error: 'invalid_token', reason: 'actor_unknown' })
  })

  test('that is taken away while it is being proven gets nothing', async () => {
    const { grantId } = await grantTask(world)
    const agent = await stock()
    const mandate = await agent.mandateOf(grantId)
    afterReading('select i.jwk', async () => {
      await database().agentKey.deleteMany()
      await database().agent.update({ where: { id: clientId }, data: { rev: { increment: 1 } } })
    })
    expect(await refusalOf(agent.exchange(mandate))).toMatchObject({ reason: 'client_unknown' })
    expect(await database().credential.count({ where: { grantId } })).toBe(0)
  })

  test('belongs to one agent only, whoever else is given it', async () => {
    await expect(addKey(world, keys, { agent: 'stranger' })).rejects.toThrow(/unique/i)
  })
})
