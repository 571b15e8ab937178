/** Token exchange (RFC 8693) with a key-bound token (RFC 9449), as an agent's author would write it. */
export const exchangeSnippet = (issuer: string, resource: string) => `import * as oauth from 'oauth4webapi'

const issuer = new URL('${issuer}')
const options = { [oauth.allowInsecureRequests]: ${issuer.startsWith('http:')} }
const found = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })
const server = await oauth.processDiscoveryResponse(issuer, found)
const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
const client = { client_id: spiffeId } // of your workload identity
const jwt = 'urn:ietf:params:oauth:token-type:jwt'
const answer = await oauth.genericTokenEndpointRequest(
  server, client, oauth.None(), 'urn:ietf:params:oauth:grant-type:token-exchange',
  { subject_token: mandate, subject_token_type: jwt, actor_token: jwtSvid, actor_token_type: jwt,
    resource: '${resource}' }, { ...options, DPoP })
const token = await oauth.processGenericTokenEndpointResponse(server, client, answer)`
