import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { discover, INSECURE, introspect, makeAgent, proofOf, refusalOf } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

const eventsOf = (grantId: string) =>
  database().trailEvent.findMany({
    where: { grantId },
    orderBy: { leaf: 'asc' },
  })

/** Why the last two calls of an agent were turned away, as the trail says. */
async function refusedAs(agentId: string) {
  const where = { agentId, type: 'agent.refused' }
  const rows = await database().trailEvent.findMany({ where, orderBy: { leaf: 'desc' }, take: 2 })
  return rows.map(({ entry }) => JSON.parse(entry).data.reason).reverse()
}

test('discovery names what works and nothing else', async () => {
  const { issuer } = authority
  const server = await discover(issuer)
  const own = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519']
  const ofAgents = [...own, 'RS384', 'RS512', 'ES512', 'PS384', 'PS512']
  expect(server).toEqual({
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    introspection_endpoint: `${issuer}/oauth/introspect`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['urn:ietf:params:oauth:grant-type:token-exchange', 'client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'spiffe_jwt', 'none'],
    token_endpoint_auth_signing_alg_values_supported: ofAgents,
    introspection_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
    introspection_endpoint_auth_signing_alg_values_supported: own,
    introspection_signing_alg_values_supported: ['ES256'],
    revocation_endpoint_auth_methods_supported: ['private_key_jwt', 'spiffe_jwt'],
    revocation_endpoint_auth_signing_alg_values_supported: ofAgents,
    status_list_aggregation_endpoint: `${issuer}/oauth/status`,
    dpop_signing_alg_values_supported: own,
    authorization_details_types_supported: ['secret', 'ticket'],
  })
  const removed = (at: Date | null) =>
    database().resourceServer.update({ where: { identifier: SERVERS.vault }, data: { removed: at } })
  await removed(new Date())
  expect((await discover(issuer)).authorization_details_types_supported).toEqual(['ticket'])
  await removed(null)
  const { keys } = await (await fetch(`${issuer}/.well-known/jwks.json`)).json()
  expect(keys).toHaveLength(2)
  expect(JSON.stringify(keys)).not.toContain('"d"')
})

test('it says that it is alive and ready', async () => {
  expect((await fetch(`${authority.issuer}/healthz`)).status).toBe(200)
  const ready = await fetch(`${authority.issuer}/readyz`, { headers: { 'x-request-id': 'mine-1' } })
  expect(ready.status).toBe(200)
  expect(ready.headers.get('x-request-id')).toBe('mine-1')
})

describe('one task', () => {
  test('from the mandate to a call and back to nothing', async () => {
    const { grantId, requestId } = await grantTask(world, { scopes: ['read', 'comment'] })
    const { grants } = await (await agent.call('GET', '/grants')).json()
    expect(grants[0]).toMatchObject({
      id: grantId,
      state: 'live',
      environment: 'staging',
      resources: [{ resource: SERVERS.tickets, scope: 'ticket:comment ticket:read', type: 'ticket' }],
    })
    const mandate = await agent.mandateOf(grantId)
    const token = await agent.exchange({ mandate, resource: SERVERS.tickets })
    expect(token).toMatchObject({ token_type: 'dpop', expires_in: 300, scope: 'ticket:comment ticket:read' })

    const claims = await validated(token.access_token, SERVERS.tickets)
    expect(claims).toMatchObject({
      iss: authority.issuer,
      aud: SERVERS.tickets,
      sub: world.people.requester,
      act: { sub: agent.client.client_id, sub_profile: 'ai_agent' },
      client_id: agent.client.client_id,
      txn: requestId,
      grant_id: grantId,
    })
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token: token.access_token } as const
    const active = await introspect(world, authority.issuer, asked)
    expect(active).toMatchObject({ active: true, token_type: 'DPoP', ...claims })

    const completed = await agent.call('POST', `/grants/${grantId}/complete`)
    expect(await completed.json()).toEqual({ id: grantId, state: 'completed' })
    expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
    const over = await refusalOf(agent.exchange({ mandate, resource: SERVERS.tickets }))
    expect(over).toMatchObject({ status: 400, error: 'invalid_request', reason: 'grant_completed' })

    const events = await eventsOf(grantId)
    expect(events.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'mandate.issued done',
      'credential.issued allowed',
      'credential.asked allowed',
      'grant.completed done',
      'credential.asked refused',
      'credential.refused refused',
    ])
    expect(events[1]).toMatchObject({
      requestId,
      agentId: world.agents.triage,
      humanId: world.people.requester,
    })
    expect(events[1]?.decisionIds).toHaveLength(2)
    const decisions = await database().decision.findMany({ where: { grantId } })
    expect(decisions.map(({ verdict, asked }) => `${asked} ${verdict}`)).toEqual([
      'issued allowed',
      'issued allowed',
    ])
  })

  test('a JWT-SVID as client authentication serves as well as an actor_token', async () => {
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    const token = await agent.exchange({ mandate, resource: SERVERS.tickets, as: 'client' })
    expect(token.scope).toBe('ticket:read')
  })

  test('a token given back is inactive, a mandate given back completes the grant', async () => {
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
    await agent.giveBack(access_token)
    const asked = { as: 'tickets', identifier: SERVERS.tickets, token: access_token } as const
    expect(await introspect(world, authority.issuer, asked)).toEqual({ active: false })
    await agent.giveBack('unknown')
    expect(await refusalOf(agent.giveBack(await agent.ownToken()))).toMatchObject({
      ...{ error: 'unsupported_token_type', status: 400, reason: 'token_irrevocable' },
    })
    const stranger = await makeAgent(world, authority.issuer, { agent: 'stranger' })
    await stranger.giveBack(mandate)
    expect((await agent.exchange({ mandate, resource: SERVERS.tickets })).expires_in).toBe(300)
    await agent.giveBack(mandate)
    const { state } = await database().grant.findUniqueOrThrow({ where: { id: grantId } })
    expect(state).toBe('completed')
    expect((await eventsOf(grantId)).map(({ type }) => type)).toContain('grant.completed')
  })

  test('A20: a workload JWT that belongs to a key gives nothing back without that key', async () => {
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    const svid = await agent.svid()
    await agent.exchange({ mandate, resource: SERVERS.tickets, svid })
    const url = `${authority.issuer}/oauth/revoke`
    const other = await makeAgent(world, authority.issuer)
    const theirs = await proofOf(other.keys, 'POST', url)
    expect((await refusalOf(agent.giveBack(mandate, { svid }))).reason).toBe('actor_key_missing')
    expect((await refusalOf(agent.giveBack(mandate, { svid, proof: theirs }))).reason).toBe(
      'actor_key_mismatch',
    )
    expect(await refusedAs(world.agents.triage)).toEqual(['actor_key_missing', 'actor_key_mismatch'])
    const stateOf = async () => (await database().grant.findUniqueOrThrow({ where: { id: grantId } })).state
    expect(await stateOf()).toBe('live')
    await agent.giveBack(mandate, { svid, proof: await proofOf(agent.keys, 'POST', url) })
    expect(await stateOf()).toBe('completed')
  })

  test('A20: what an agent proves itself with, with another key, leaves a trace', async () => {
    const { grantId } = await grantTask(world)
    const [mandate, svid, own] = [await agent.mandateOf(grantId), await agent.svid(), await agent.ownToken()]
    await agent.exchange({ mandate, resource: SERVERS.tickets, svid })
    const thief = await makeAgent(world, authority.issuer)
    const stolen = thief.exchange({ mandate, resource: SERVERS.tickets, svid })
    expect((await refusalOf(stolen)).reason).toBe('actor_key_mismatch')
    await expect(thief.call('GET', '/grants', own)).rejects.toThrow()
    expect(await refusedAs(world.agents.triage)).toEqual(['actor_key_mismatch', 'dpop_key_mismatch'])
  })

  test('a secret needs the signature it was given under', async () => {
    const { grantId } = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    const mandate = await agent.mandateOf(grantId)
    const token = await agent.exchange({ mandate, resource: SERVERS.vault })
    expect(token.authorization_details).toEqual([
      {
        type: 'secret',
        actions: ['secret:read'],
        locations: ['https://vault.example/s/billing'],
        datatypes: ['support'],
      },
    ])
  })

  test('a token ends with its grant', async () => {
    const { grantId } = await grantTask(world, { seconds: 60 })
    const token = await agent.exchange({ mandate: await agent.mandateOf(grantId), resource: SERVERS.tickets })
    expect(token.expires_in).toBeLessThanOrEqual(60)
  })

  test('less can be asked for, by scope and by authorization_details', async () => {
    const { grantId } = await grantTask(world, { scopes: ['read', 'comment', 'other'] })
    const mandate = await agent.mandateOf(grantId)
    const details = [
      { type: 'ticket', actions: ['ticket:read'], locations: ['https://tickets.example/t/4712'] },
    ]
    const more = { authorization_details: JSON.stringify(details) }
    const one = await agent.exchange({ mandate, resource: SERVERS.tickets, more })
    expect(one.authorization_details).toEqual([{ ...details[0], datatypes: ['support'] }])
    const two = await agent.exchange({
      mandate,
      resource: SERVERS.tickets,
      more: { scope: 'ticket:comment' },
    })
    expect(two.scope).toBe('ticket:comment')
  })
})

test('20 exchanges at once give 20 tokens and 20 entries in one order', async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const asks = Array.from({ length: 20 }, () => agent.exchange({ mandate, resource: SERVERS.tickets }))
  const tokens = await Promise.all(asks)
  expect(new Set(tokens.map(({ access_token }) => access_token)).size).toBe(20)
  const issued = (await eventsOf(grantId)).filter(({ type }) => type === 'credential.issued')
  expect(issued).toHaveLength(20)
  const leaves = await database().$queryRaw<{ n: bigint; top: bigint }[]>`
    select count(*) as n, max(leaf) as top from trail_event`
  expect(Number(leaves[0]?.n)).toBe(Number(leaves[0]?.top) + 1)
})

/** As a resource server that knows only the standards (RFC 9068 §4, RFC 9449 §7). */
async function validated(token: string, audience: string): Promise<oauth.JWTAccessTokenClaims> {
  const proof = await proofFor(token, `${audience}/t/4711`)
  const headers = { authorization: `DPoP ${token}`, dpop: proof }
  const request = new Request(`${audience}/t/4711`, { headers })
  return oauth.validateJwtAccessToken(agent.server, request, audience, { requireDPoP: true, ...INSECURE })
}

/** The proof oauth4webapi would send, taken from the request it makes. */
async function proofFor(token: string, url: string): Promise<string> {
  let proof = ''
  const options = {
    DPoP: agent.dpop,
    [oauth.customFetch]: async (_url: string, init: { headers: Record<string, string> }) => {
      proof = new Headers(init.headers).get('dpop') ?? ''
      return new Response()
    },
  }
  await oauth.protectedResourceRequest(token, 'GET', new URL(url), new Headers(), null, options as never)
  return proof
}
