import { z } from 'zod'
import { ASKING_REASONS, ASKING_RULES } from './asking-reasons'
import { DPOP_REASONS, DPOP_RULES } from './dpop-reasons'
import type { AgentId, TenantId } from './ids'
import type { OAuthError } from './oauth-errors'

/** The closed list of `reason` members machines meet. Every other sentence hangs on one of these. */
export const WireReason = z.enum([
  'mandate_missing',
  'mandate_malformed',
  'mandate_expired',
  'mandate_untrusted',
  'actor_missing',
  'actor_malformed',
  'actor_untrusted',
  'actor_expired',
  'actor_audience',
  'actor_unknown',
  // In the trail alone: to whoever sends it, it is `actor_unknown`.
  'actor_conditions',
  'actor_mismatch',
  'actor_key_mismatch',
  'actor_key_missing',
  'actor_suspended',
  'environment_mismatch',
  'person_suspended',
  'grant_unknown',
  'grant_revoked',
  'grant_expired',
  'grant_completed',
  'grant_spent',
  ...ASKING_REASONS,
  'policy_refused',
  'question_unknown',
  'question_unfit',
  'scope_malformed',
  'scope_not_granted',
  'target_missing',
  'target_unknown',
  'target_suspended',
  'details_invalid',
  'details_not_granted',
  ...DPOP_REASONS,
  'client_missing',
  'client_unknown',
  'client_untrusted',
  'client_mismatch',
  'assertion_malformed',
  'assertion_expired',
  'assertion_audience',
  'assertion_replayed',
  'token_missing',
  'token_malformed',
  'token_untrusted',
  'token_expired',
  'token_audience',
  'token_revoked',
  'token_kind',
  'token_irrevocable',
  'request_malformed',
  'request_too_large',
  'grant_type_unsupported',
  'endpoint_unknown',
  'history_unavailable',
  'method_unknown',
  'rate_limited',
  'unavailable',
])
export type WireReason = z.infer<typeof WireReason>

type WireRule = { error: OAuthError; status: number; description: string }

const request = (description: string) => ({ error: 'invalid_request', status: 400, description }) as const
const client = (description: string) => ({ error: 'invalid_client', status: 401, description }) as const
const scope = (description: string) => ({ error: 'invalid_scope', status: 400, description }) as const
const target = (description: string) => ({ error: 'invalid_target', status: 400, description }) as const
const token = (description: string) => ({ error: 'invalid_token', status: 401, description }) as const
const details = (description: string) =>
  ({ error: 'invalid_authorization_details', status: 400, description }) as const

/**
 * What each reason is on the wire. RFC 8693 §2.2.2: an invalid or unacceptable subject or actor token, a
 * policy refusal included, is `invalid_request`. Descriptions keep to the characters of RFC 6749 §5.2.
 */
export const WIRE_REASONS = {
  mandate_missing: request('The subject_token is missing. Send the mandate as subject_token.'),
  mandate_malformed: request('The subject_token is not a mandate. Send it exactly as it was issued.'),
  mandate_expired: request('The mandate has expired. Ask for a new task request.'),
  mandate_untrusted: request(
    'The mandate is not signed by a key of this issuer that is in use. Take it from the request page again.',
  ),
  actor_missing: request('No workload proof came with this request. Send a workload JWT as actor_token.'),
  actor_malformed: request('The workload JWT cannot be read. Fetch a new one and send it unchanged.'),
  actor_untrusted: request(
    'The workload JWT is not signed by a trust domain or issuer configured here. An administrator can add it.',
  ),
  actor_expired: request('The workload JWT is outside its validity time. Fetch a new one.'),
  actor_audience: request(
    'The workload JWT is meant for another audience. Fetch one whose only aud is this issuer.',
  ),
  actor_unknown: request(
    'No agent is registered for this workload identity. An administrator can register it.',
  ),
  actor_conditions: request(
    'The claims of the workload JWT are not those the agent is registered with. Run it as it is registered.',
  ),
  actor_mismatch: request('The mandate names another agent. Only the agent in may_act can use it.'),
  actor_key_mismatch: request(
    'This workload JWT was first used with another DPoP key. Use that key or fetch a new JWT.',
  ),
  actor_key_missing: request('This workload JWT belongs to a DPoP key. Send its proof or a fresh JWT.'),
  actor_suspended: request('This agent is suspended. An administrator can resume it.'),
  environment_mismatch: request(
    'The task may not run in this environment. Run the agent in the one it was approved for.',
  ),
  person_suspended: request(
    'The person behind this grant can no longer act here. Ask for a new task request.',
  ),
  grant_unknown: request(
    'This grant does not exist or belongs to another agent. Use a mandate issued to this agent.',
  ),
  grant_revoked: request('The grant was revoked. Nothing is issued for it any more.'),
  grant_expired: request('The time of the grant ran out. Ask for a new task request.'),
  grant_completed: request('The task was marked completed. Ask for a new task request.'),
  grant_spent: request('All uses of the grant are spent. Ask for a new task request.'),
  ...ASKING_RULES,
  policy_refused: request('Policy refuses this now. The named policies say why.'),
  question_unknown: request('Policy knows no such question. Ask in the words of its schema.'),
  question_unfit: request(
    'Policy cannot work this question out. Compare its members and their types with the schema.',
  ),
  scope_malformed: scope('The scope parameter cannot be read. Send scope names separated by single spaces.'),
  scope_not_granted: scope(
    'The scope is not part of the grant for this resource, or is not offered any more. Name the scopes that are.',
  ),
  target_missing: target(
    'Exactly one resource parameter is needed. Send the identifier of the resource server.',
  ),
  target_unknown: target(
    'The grant covers nothing at this resource. Send the identifier of a granted resource server.',
  ),
  target_suspended: target('This resource server is suspended or was removed. Go on without it.'),
  details_invalid: details(
    'The authorization_details cannot be used. Send only types and fields of this resource server.',
  ),
  details_not_granted: details(
    'The authorization_details go beyond the grant. Ask for less or leave them out.',
  ),
  ...DPOP_RULES,
  client_missing: client('No client authentication came with this request. Send a client_assertion.'),
  client_unknown: client('No client is registered under this client_id. An administrator can register it.'),
  client_untrusted: client(
    'The client_assertion is not signed by a key of this client. Sign it with a registered key.',
  ),
  client_mismatch: client(
    'The client_id differs from the authenticated client. Leave it out or send the same one.',
  ),
  assertion_malformed: client(
    'The client_assertion cannot be used. Send a JWT with iss, sub, aud, jti and exp.',
  ),
  assertion_expired: client(
    'The client_assertion is outside its validity time. Make one that lives at most 5 minutes.',
  ),
  assertion_audience: client(
    'The client_assertion is meant for another audience. Its only aud must be this issuer.',
  ),
  assertion_replayed: client('This client_assertion was used before. Make a new one for each request.'),
  token_missing: token('No access token came with this request. Send it with the DPoP scheme.'),
  token_malformed: token('The access token cannot be read. Send it exactly as it was issued.'),
  token_untrusted: token(
    'The access token is not signed by a key of this issuer that is in use. Ask the token endpoint for a new one.',
  ),
  token_expired: token('The access token has expired. Ask the token endpoint for a new one.'),
  token_audience: token('The access token is meant for another audience. Ask for one with this resource.'),
  token_revoked: token('The access token was revoked. Nothing can be done with it any more.'),
  token_kind: token(
    'This is not the kind of access token this endpoint takes. Ask for one with this issuer as resource.',
  ),
  token_irrevocable: {
    error: 'unsupported_token_type',
    status: 400,
    description:
      'The own token of an agent cannot be given back. It ends within minutes. Give back the mandate or its access tokens.',
  },
  request_malformed: request('The request cannot be read. Compare it with the description of this endpoint.'),
  request_too_large: {
    error: 'invalid_request',
    status: 413,
    description: 'The request is too large. Send less.',
  },
  grant_type_unsupported: {
    error: 'unsupported_grant_type',
    status: 400,
    description: 'This grant_type is not offered. The discovery document lists the ones that are.',
  },
  endpoint_unknown: {
    error: 'invalid_request',
    status: 404,
    description: 'There is nothing at this address. The discovery document lists what there is.',
  },
  history_unavailable: {
    error: 'invalid_request',
    status: 501,
    description: 'What this list said at another time is not told. Leave time out to read it as it is now.',
  },
  method_unknown: {
    error: 'invalid_request',
    status: 405,
    description: 'This address does not take this method. The Allow header says which it takes.',
  },
  rate_limited: {
    error: 'temporarily_unavailable',
    status: 429,
    description: 'Too many requests came from here. Wait as long as Retry-After says.',
  },
  unavailable: {
    error: 'temporarily_unavailable',
    status: 503,
    description: 'The authority cannot decide now. Nothing was issued. Try again.',
  },
} as const satisfies Record<WireReason, WireRule>

/** A refusal as machines get it: RFC 6749 §5.2 plus `reason`. */
export type WireRefusal = { error: OAuthError; reason: WireReason; status: number; description: string }

/** A failed proof is a value: nothing throws at what an agent sends. */
export type ProofRefusal = {
  ok: false
  /** What a proof that nobody is registered for was verified to call its sender. For the trail, never answered. */
  verified?: string
  /** Whom it was verified to speak for, and why it may not as it is. For the trail, never answered. */
  trace?: { agent: { id: AgentId; tenantId: TenantId }; reason: WireReason }
} & WireRefusal

/** The refusal of a reason; `description` replaces the table's sentence with a more exact one. */
export const wireRefusal = (reason: WireReason, description?: string): WireRefusal => ({
  reason,
  error: WIRE_REASONS[reason].error,
  status: WIRE_REASONS[reason].status,
  description: description ?? WIRE_REASONS[reason].description,
})

export const refuseProof = (reason: WireReason, description?: string): ProofRefusal => ({
  ok: false,
  ...wireRefusal(reason, description),
})
