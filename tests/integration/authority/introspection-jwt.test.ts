import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { discover, INSECURE } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

const JWT_ANSWER = 'application/token-introspection+jwt'

let token: string

withAuthority()
beforeAll(async () => {
  const mandate = await agent.mandateOf((await grantTask(world)).grantId)
  token = (await agent.exchange({ mandate, resource: SERVERS.tickets })).access_token
})

async function asked(about: string, by: 'tickets' | 'vault' = 'tickets') {
  const server = await discover(authority.issuer)
  const client = { client_id: SERVERS[by], introspection_signed_response_alg: 'ES256' }
  const { privateKey, kid } = world.serverKeys[by]
  const auth = oauth.PrivateKeyJwt({ key: privateKey, kid })
  const options = { ...INSECURE, requestJwtResponse: true }
  const response = await oauth.introspectionRequest(server, client, auth, about, options)
  const answer = response.clone()
  const read = await oauth.processIntrospectionResponse(server, client, response)
  // What the stock client leaves to its caller: the signature of the answer.
  await oauth.validateApplicationLevelSignature(server, response, INSECURE)
  return { answer, read, text: await answer.text() }
}

describe('RFC 9701: an introspection answer as a JWT', () => {
  test('for the server that asked, signed, and no access token by its type', async () => {
    const { answer, read, text } = await asked(token)
    expect(read).toMatchObject({ active: true, aud: SERVERS.tickets, scope: 'ticket:read' })
    expect(answer.headers.get('content-type')).toBe(JWT_ANSWER)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('vary')).toMatch(/accept/i)
    const keys = createRemoteJWKSet(new URL(`${authority.issuer}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(text, keys, {
      ...{ issuer: authority.issuer, audience: SERVERS.tickets, typ: 'token-introspection+jwt' },
    })
    expect(protectedHeader.alg).toBe('ES256')
    expect(Object.keys(payload).sort()).toEqual(['aud', 'iat', 'iss', 'token_introspection'])
  })

  test.each([
    [`application/json, ${JWT_ANSWER}`, JWT_ANSWER],
    [`${JWT_ANSWER.toUpperCase()};q=0.5`, JWT_ANSWER],
    [`application/json, ${JWT_ANSWER};q=0`, 'application/json'],
    [`${JWT_ANSWER} ; q=0.000, */*`, 'application/json'],
    ['*/*', 'application/json'],
  ])('where %s is accepted: %s', async (accept, type) => {
    const { privateKey, kid } = world.serverKeys.tickets
    const [server, auth] = [await discover(authority.issuer), oauth.PrivateKeyJwt({ key: privateKey, kid })]
    // The stock client says what it takes itself.
    const options = {
      ...INSECURE,
      [oauth.customFetch]: (url: string, init: RequestInit) =>
        fetch(url, { ...init, headers: { ...init.headers, accept } }),
    }
    const client = { client_id: SERVERS.tickets }
    const { headers } = await oauth.introspectionRequest(server, client, auth, token, options)
    expect(headers.get('content-type')).toBe(type)
  })

  test('another’s token, an unknown one and a revoked one are inactive and nothing more', async () => {
    expect((await asked(token, 'vault')).read).toEqual({ active: false })
    expect((await asked('unknown')).read).toEqual({ active: false })
    await agent.giveBack(token)
    expect((await asked(token)).read).toEqual({ active: false })
  })

  test('who is not authenticated is refused in JSON', async () => {
    const response = await fetch(`${authority.issuer}/oauth/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: { accept: JWT_ANSWER },
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  })
})
