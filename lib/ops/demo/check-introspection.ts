import type { JWK } from 'jose'
import { importJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { type Authority, AuthorityAway } from './authority'
import { agentOf } from './check-offline'
import type { Call, ProofCheck } from './proof'
import { authorityAway, badToken, type Checked } from './refusal'

/**
 * Checks the key proof itself and asks the authority about every token (RFC 7662), authenticated with
 * private_key_jwt under its own identifier. What is revoked stops with the next call.
 */
export async function createIntrospectionCheck(
  authority: Authority,
  identifier: string,
  privateJwk: JWK,
  checkProof: ProofCheck,
) {
  const client: oauth.Client = { client_id: identifier }
  const authentication = await importClientKey(privateJwk)
  return async (call: Call): Promise<Checked> => {
    const proven = await checkProof(call)
    if ('refusal' in proven) return proven
    try {
      const server = await authority.metadata()
      const { accessToken } = proven
      const wire = authority.wire()
      const response = await oauth.introspectionRequest(server, client, authentication, accessToken, wire)
      const answer = await oauth.processIntrospectionResponse(server, client, response)
      return judge(answer, identifier, proven.jkt)
    } catch (error) {
      return { refusal: authorityAway(wordsFor(error)) }
    }
  }
}

function judge(answer: oauth.IntrospectionResponse, identifier: string, jkt: string): Checked {
  if (!answer.active) return { refusal: badToken('The authority says this token is not active.') }
  const audience = answer.aud === undefined ? [identifier] : [answer.aud].flat()
  if (!audience.includes(identifier))
    return { refusal: badToken('The token is for another resource server.') }
  if (typeof answer.exp !== 'number' || answer.exp <= Math.floor(Date.now() / 1000)) {
    return { refusal: badToken('The token has expired.') }
  }
  if (answer.cnf?.jkt !== jkt) return { refusal: badToken('The token is bound to another key.') }
  return {
    token: {
      agent: agentOf(answer),
      grantId: typeof answer.grant_id === 'string' ? answer.grant_id : undefined,
      scope: answer.scope ?? '',
      details: answer.authorization_details,
      jkt,
    },
  }
}

async function importClientKey(privateJwk: JWK): Promise<oauth.ClientAuth> {
  const key = await importJWK(privateJwk, 'ES256')
  if (key instanceof Uint8Array) throw new Error('The key of this resource server is not a private key.')
  return oauth.PrivateKeyJwt(privateJwk.kid ? { key, kid: privateJwk.kid } : key)
}

function wordsFor(error: unknown): string {
  if (error instanceof AuthorityAway) return 'The authority did not answer.'
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError) {
    return 'The authority does not accept the key of this resource server.'
  }
  // Whatever else went wrong, there is no answer that says yes.
  return 'The authority gave an answer this resource server cannot use.'
}
