import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dpopNonces } from '@/lib/credentials/dpop-nonce'
import { proofOf, refusalOf, SECRET } from '@/tests/harness/authority'
import { agent, authority, db, withAuthority, world } from '@/tests/harness/open-authority'
import { startReplica } from '@/tests/harness/replica'
import { grantTask, SERVERS, svidOf } from '@/tests/harness/world'

const JWT_SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe'

let replica: Awaited<ReturnType<typeof startReplica>>

withAuthority({ nonces: dpopNonces(SECRET) })
beforeAll(async () => {
  process.env.COUNTERSIGN_DPOP_NONCE = '1'
  replica = await startReplica(db, authority.issuer)
  delete process.env.COUNTERSIGN_DPOP_NONCE
})
afterAll(async () => {
  await replica.stop()
})

/** Asks for the agent's own token with a proof made by hand, at either replica. */
async function ask(url: string, nonce?: string) {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true })
  const form = {
    ...{ grant_type: 'client_credentials', resource: authority.issuer, client_assertion_type: JWT_SPIFFE },
    client_assertion: await svidOf(world, authority.issuer),
  }
  const dpop = await proofOf(keys, 'POST', `${authority.issuer}/oauth/token`, nonce ? { nonce } : {})
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { dpop },
  })
  const { error } = await response.json()
  return { status: response.status, error, nonce: response.headers.get('dpop-nonce') ?? '' }
}

describe('DPoP nonces', () => {
  test('oauth4webapi is told once, and then goes on by itself: token, own endpoints, exchange', async () => {
    expect(await refusalOf(agent.ownToken())).toMatchObject({ status: 400, error: 'use_dpop_nonce' })
    const { grantId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    expect(await agent.exchange({ mandate, resource: SERVERS.tickets })).toMatchObject({ expires_in: 300 })
  })

  test('openid-client does not even notice', async () => {
    const svid = await svidOf(world, authority.issuer)
    const spiffe: client.ClientAuth = (_server, _client, body) => {
      body.set('client_assertion_type', JWT_SPIFFE)
      body.set('client_assertion', svid)
    }
    const config = await client.discovery(
      ...([new URL(authority.issuer), agent.client.client_id, {}, spiffe] as const),
      { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
    )
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const own = await client.clientCredentialsGrant(config, { resource: authority.issuer }, { DPoP })
    const at = new URL(`${authority.issuer}/grants`)
    const none = [null, undefined, { DPoP }] as const
    const listed = await client.fetchProtectedResource(config, own.access_token, at, 'GET', ...none)
    expect(listed.status).toBe(200)
  })

  test('one of a replica is good at the other, and one that is made up at neither', async () => {
    const first = await ask(authority.issuer)
    expect(first).toMatchObject({ status: 400, error: 'use_dpop_nonce' })
    expect(first.nonce).toMatch(/^[\w-]{43}$/)
    expect((await ask(replica.url, first.nonce)).status).toBe(200)
    for (const made of ['x', first.nonce.slice(1), dpopNonces(`${SECRET}!`).current(new Date())])
      expect(await ask(replica.url, made)).toMatchObject({ status: 400, error: 'use_dpop_nonce' })
  })

  test('an own endpoint says it as a challenge', async () => {
    const token = await agent.ownToken()
    const fresh = oauth.DPoP({}, agent.keys)
    const options = { [oauth.allowInsecureRequests]: true, DPoP: fresh }
    const url = new URL(`${authority.issuer}/grants`)
    const error = await oauth
      .protectedResourceRequest(token, 'GET', url, new Headers(), null, options)
      .catch((thrown: unknown) => thrown)
    expect(oauth.isDPoPNonceError(error)).toBe(true)
    const again = await oauth.protectedResourceRequest(token, 'GET', url, new Headers(), null, options)
    expect(again.status).toBe(200)
  })
})
