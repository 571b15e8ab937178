import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createServer } from 'node:http'
import Provider, { type JWKS } from 'oidc-provider'
import { PEER_RESOURCES, PEER_SCOPE } from './names'

/** What the peer knows of its clients. */
export type PeerSettings = { port: number; secret: string; clientJwk: JsonWebKey }

function ownKeys(): JWKS {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const keys = [
    { ...elliptic, alg: 'ES256', use: 'sig', kid: 'elliptic' },
    { ...rsa, alg: 'RS256', use: 'sig', kid: 'rsa' },
  ]
  return { keys } as JWKS
}

// The default adapter: everything in memory, nothing durable.
function serve({ port, secret, clientJwk }: PeerSettings): void {
  const common = {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [] as never[],
    id_token_signed_response_alg: 'ES256' as const,
  }
  const clientKeys = [{ ...clientJwk, alg: 'ES256', use: 'sig', kid: 'client' }]
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    jwks: ownKeys(),
    clients: [
      {
        ...common,
        client_id: 'plain',
        client_secret: secret,
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        ...common,
        client_id: 'proven',
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: clientKeys } as JWKS,
        dpop_bound_access_tokens: true,
      },
    ],
    scopes: [PEER_SCOPE],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: PEER_SCOPE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: resource === PEER_RESOURCES.RS256 ? 'RS256' : 'ES256' } },
        }),
      },
    },
  })
  createServer(provider.callback()).listen(port, '127.0.0.1', () => process.send?.('listening'))
}

process.once('message', serve)
