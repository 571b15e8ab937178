import * as oauth from 'oauth4webapi'
import { type Authority, AuthorityAway } from './authority'
import { isRecord } from './folder'
import type { Call, ProofCheck } from './proof'
import { authorityAway, badToken, type Checked } from './refusal'

/**
 * Verifies an access token without asking anybody about it: RFC 9068 and RFC 9449 as oauth4webapi
 * implements them, with the keys the issuer publishes. A revoked token passes until it expires.
 */
export function createOfflineCheck(authority: Authority, audience: string, checkProof: ProofCheck) {
  return async (call: Call): Promise<Checked> => {
    const proven = await checkProof(call)
    if ('refusal' in proven) return proven
    try {
      const claims = await validate(authority, audience, call)
      return {
        token: {
          agent: agentOf(claims),
          grantId: typeof claims.grant_id === 'string' ? claims.grant_id : undefined,
          scope: typeof claims.scope === 'string' ? claims.scope : '',
          details: claims.authorization_details,
          jkt: proven.jkt,
        },
      }
    } catch (error) {
      if (error instanceof AuthorityAway || isAuthorityFault(error)) return { refusal: authorityAway() }
      if (isTokenFault(error)) return { refusal: badToken(wordsFor(error)) }
      throw error
    }
  }
}

async function validate(
  authority: Authority,
  audience: string,
  call: Call,
): Promise<oauth.JWTAccessTokenClaims> {
  const request = new Request(call.url, { method: call.method, headers: call.headers })
  const check = async () =>
    oauth.validateJwtAccessToken(await authority.metadata(), request, audience, {
      ...authority.wire(),
      requireDPoP: true,
      [oauth.clockTolerance]: 0,
    })
  try {
    return await check()
  } catch (error) {
    const unknownKey = isTokenFault(error) && error.code === oauth.KEY_SELECTION
    if (unknownKey && authority.forget()) return check()
    throw error
  }
}

const AUTHORITY_FAULTS: readonly string[] = [
  oauth.RESPONSE_IS_NOT_CONFORM,
  oauth.RESPONSE_IS_NOT_JSON,
  oauth.INVALID_SERVER_METADATA,
  oauth.MISSING_SERVER_METADATA,
]

function isAuthorityFault(error: unknown): boolean {
  return isTokenFault(error) && AUTHORITY_FAULTS.includes(error.code ?? '')
}

type TokenFault = oauth.OperationProcessingError | oauth.UnsupportedOperationError

function isTokenFault(error: unknown): error is TokenFault {
  return error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError
}

const CLAIM_WORDS: Record<string, string> = {
  exp: 'The token has expired.',
  nbf: 'The token is not valid yet.',
  aud: 'The token is for another resource server.',
  iss: 'The token is from another issuer.',
  'cnf.jkt': 'The token is bound to another key.',
}

function wordsFor(error: TokenFault): string {
  const cause = isRecord(error.cause) ? error.cause : {}
  const known = typeof cause.claim === 'string' ? CLAIM_WORDS[cause.claim] : undefined
  if (known) return known
  if (error.code === oauth.KEY_SELECTION) return 'The token is signed with a key the issuer does not publish.'
  if (error.message.includes('"typ"')) return 'This is not an access token.'
  if (error.message.includes('signature')) return 'The signature of the token does not hold.'
  return 'The token is not valid.'
}

export function agentOf(claims: { [name: string]: unknown }): string {
  const actor = isRecord(claims.act) ? claims.act.sub : undefined
  if (typeof actor === 'string') return actor
  return typeof claims.client_id === 'string' ? claims.client_id : 'unknown'
}
