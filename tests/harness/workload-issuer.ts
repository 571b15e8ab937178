import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type JWKS } from 'oidc-provider'
import * as client from 'openid-client'

const SECRET = 'a secret between a workload and its issuer'

/**
 * A company's OpenID provider that gives workloads their identity: `oidc-provider` as it is, told to sign the tokens of
 * client credentials with `typ` JWT, and asked for them with openid-client.
 */
export async function serveWorkloadIssuer(names: readonly string[]) {
  const asked: string[] = []
  let answer: RequestListener = () => {}
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  /** Signs with a new key from now on, and publishes it alone. */
  const rotate = async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const key = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: crypto.randomUUID() }
    answer = providerOf(issuer, names, { keys: [key] } as JWKS).callback()
  }
  await rotate()

  const tokenFor = async (name: string, audience: string, more: Record<string, string> = {}) => {
    const config = await client.discovery(new URL(issuer), name, SECRET, undefined, {
      execute: [client.allowInsecureRequests],
    })
    const parameters = { resource: audience, ...more }
    return (await client.clientCredentialsGrant(config, parameters)).access_token
  }
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { issuer, asked, rotate, tokenFor, close }
}
export type WorkloadIssuer = Awaited<ReturnType<typeof serveWorkloadIssuer>>

const providerOf = (issuer: string, names: readonly string[], jwks: JWKS) =>
  new Provider(issuer, {
    jwks,
    clients: names.map((client_id) => ({
      ...{ client_id, client_secret: SECRET, grant_types: ['client_credentials'] },
      ...{ redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' as const },
    })),
    scopes: ['at'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          ...{ scope: 'at', accessTokenFormat: 'jwt' as const, accessTokenTTL: 300 },
          jwt: { sign: { alg: 'ES256' as const } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: (_context, token, parts) => {
          if (token.scope !== 'at') parts.header = { ...parts.header, typ: 'JWT' }
        },
      },
    },
  })
