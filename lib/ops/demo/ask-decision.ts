import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import { isRecord } from './folder'
import { authorityAway, notAllowed, type Presented, type Refusal } from './refusal'

const TIMEOUT_MS = 3000
const ASSERTION_SECONDS = 60

/** Asks whether a call may be answered. Undefined when it may. */
export type AskDecision = (
  token: Presented,
  of: { action: string; location: string },
) => Promise<Refusal | undefined>

/**
 * Asks the authority for a decision before each call (OpenID AuthZEN 1.0): policy is asked again, and uses of the grant
 * are counted. Authenticated with a client assertion of its own (RFC 7523) as bearer token. Nothing but a yes is a yes.
 */
export async function createAskDecision(
  issuer: string,
  identifier: string,
  privateJwk: JWK,
): Promise<AskDecision> {
  const key = await importJWK(privateJwk, 'ES256')
  const assertion = () =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', ...(privateJwk.kid ? { kid: privateJwk.kid } : {}) })
      .setIssuer(identifier)
      .setSubject(identifier)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION_SECONDS}s`)
      .sign(key)
  let endpoint: string | undefined
  return async ({ grantId }, { action, location }) => {
    const question = {
      subject: { type: 'grant', id: grantId ?? '' },
      action: { name: action },
      resource: { type: 'resource', id: location },
    }
    try {
      endpoint ??= await endpointOf(issuer)
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${await assertion()}` }
      const answer = await readJson(endpoint, { method: 'POST', headers, body: JSON.stringify(question) })
      return answer.decision === true ? undefined : notAllowed(sentenceOf(answer.context))
    } catch {
      return authorityAway('The authority did not decide.')
    }
  }
}

async function endpointOf(issuer: string): Promise<string> {
  const found = await readJson(`${issuer}/.well-known/authzen-configuration`, {})
  const { policy_decision_point: point, access_evaluation_endpoint: endpoint } = found
  if (point !== issuer || typeof endpoint !== 'string') throw new Error('This is another decision point.')
  return endpoint
}

async function readJson(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
  const body: unknown = response.status === 200 ? await response.json() : null
  if (!isRecord(body)) throw new Error('There was no answer.')
  return body
}

/** The sentences of the answer, or that there were none. */
function sentenceOf(context: unknown): string {
  const says = isRecord(context) && Array.isArray(context.says) ? context.says : []
  return says.filter((one) => typeof one === 'string').join(' ') || 'The authority refuses this call.'
}
