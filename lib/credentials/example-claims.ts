import { type TaskToken, taskClaims } from './task-claims'
import { TaskTokenClaims } from './token-claims'

/** What each token has of its own. An example says so in words instead, so that nothing of it can be used. */
const PLACEHOLDERS = {
  jti: '(new for each token)',
  sub: '(the person who asked)',
  txn: '(their task request)',
  grant_id: '(its grant)',
  cnf: { jkt: '(thumbprint of the key of the agent)' },
  status: { status_list: { idx: '(place of the grant)', uri: '(its status list)' } },
} as const

type Example = Pick<TaskToken, 'issuer' | 'identity' | 'scopes' | 'issued' | 'expires'>

/**
 * The claims a token would have, made by the function that makes those of real tokens. What would let it be taken
 * for one is replaced: there is no id, no key, no human, no grant and no place in a status list.
 */
export function exampleClaims(of: Example): Record<string, unknown> {
  const grant = { id: '-', requestId: '-', uses: null, status: { list: '-', idx: 0 } }
  const claims = taskClaims({ ...of, grant, humanId: '-', id: '-', jkt: '-'.repeat(43) })
  // Read as a real token's are before they are signed, and replaced after that.
  return { ...TaskTokenClaims.parse(claims), ...PLACEHOLDERS }
}

/** The header of every access token (RFC 9068 §2.1), without the name of a key. */
export const EXAMPLE_HEADER = { alg: 'ES256', typ: 'at+jwt', kid: '(the key in use)' } as const
