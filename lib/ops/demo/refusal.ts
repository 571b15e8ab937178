/** Why a resource server said no, in the words of RFC 6750 §3.1 and RFC 9449 §7.1, and in ours. */
export type Refusal = {
  status: 401 | 403 | 503
  error?:
    | 'invalid_token'
    | 'invalid_dpop_proof'
    | 'insufficient_scope'
    | 'access_denied'
    | 'temporarily_unavailable'
  why: string
  scope?: string
}

/** What a verified token says. The token itself is not kept. */
export type Presented = {
  agent: string
  grantId: string | undefined
  scope: string
  details: unknown
  jkt: string | undefined
}

export type Checked = { token: Presented } | { refusal: Refusal }

export const noToken = (): Refusal => ({ status: 401, why: 'The call carries no token.' })
export const badToken = (why: string): Refusal => ({ status: 401, error: 'invalid_token', why })
export const badProof = (why: string): Refusal => ({ status: 401, error: 'invalid_dpop_proof', why })
export const notCovered = (action: string, location: string): Refusal => ({
  status: 403,
  error: 'insufficient_scope',
  why: `The token does not list ${action} on ${location}.`,
  scope: action,
})
/** The authority was asked about the call and said no. */
export const notAllowed = (why: string): Refusal => ({ status: 403, error: 'access_denied', why })
export const authorityAway = (why = 'The authority did not answer.'): Refusal => ({
  status: 503,
  error: 'temporarily_unavailable',
  why,
})

export const PROOF_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

/** Answers a refusal: a challenge for 401 and 403, Retry-After for 503. */
export function answerRefusal({ status, error, why, scope }: Refusal): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store' })
  if (status === 503) headers.set('Retry-After', '2')
  else {
    const members = [
      ...(error ? [`error="${error}"`, `error_description="${quotable(why)}"`] : []),
      ...(scope ? [`scope="${quotable(scope)}"`] : []),
      `algs="${PROOF_ALGORITHMS.join(' ')}"`,
    ]
    headers.set('WWW-Authenticate', `DPoP ${members.join(', ')}`)
  }
  return Response.json({ error: error ?? 'invalid_request', error_description: why }, { status, headers })
}

// A quoted string of a header: RFC 6750 §3 allows printable ASCII without quote and backslash.
function quotable(text: string): string {
  return text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '')
}
