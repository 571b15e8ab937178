import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { WireResult } from '@/lib/domain/wire-result'
import { clientAssertionMethod } from '@/lib/identity/client-assertion'
import { type ExchangeAsk, exchangeToken } from '@/lib/usecases/credentials/exchange-token'
import { issueAgentToken } from '@/lib/usecases/credentials/issue-agent-token'
import type { Call } from '@/lib/usecases/facts/authority'
import type { WorkloadProof } from '@/lib/usecases/facts/workloads'
import type { Form } from './form'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const CLIENT_CREDENTIALS = 'client_credentials'

const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

const malformed = (description: string) => refuseProof('request_malformed', description)

/** The assertion an agent authenticates with, or why there is none that can be looked at (RFC 7521 §4.2). */
export function clientAssertion(form: Form): ({ ok: true } & WorkloadProof) | ProofRefusal {
  const type = form.get('client_assertion_type')
  const jwt = form.get('client_assertion')
  if (type === null && jwt === null) return refuseProof('client_missing')
  if (type === null || jwt === null)
    return malformed('client_assertion and client_assertion_type belong together. Send both or neither.')
  const method = clientAssertionMethod(type)
  if (method === null)
    return refuseProof('client_unknown', 'The client_assertion_type has to be jwt-bearer or jwt-spiffe here.')
  return { ok: true, as: method, jwt }
}

function workloadProof(form: Form): ({ ok: true } & WorkloadProof) | ProofRefusal {
  const actor = form.get('actor_token')
  const isClient = form.get('client_assertion') !== null || form.get('client_assertion_type') !== null
  if (actor !== null && isClient)
    return malformed('Two workload proofs came with this request. Send actor_token or client_assertion.')
  if (actor === null && form.get('actor_token_type') !== null)
    return malformed('actor_token_type came without actor_token.')
  if (actor !== null) {
    if (form.get('actor_token_type') !== JWT_TYPE) return malformed(`actor_token_type has to be ${JWT_TYPE}.`)
    return { ok: true, as: 'actor', jwt: actor }
  }
  if (!isClient) return refuseProof('actor_missing')
  return clientAssertion(form)
}

const TWO_TARGETS = 'audience names another target than resource. Send resource, and leave audience out.'

/** The shape of a token exchange (RFC 8693 §2.1) as it is taken here. */
function exchangeAsk(form: Form): ({ ok: true } & ExchangeAsk) | ProofRefusal {
  const mandate = form.get('subject_token')
  if (mandate === null) return refuseProof('mandate_missing')
  if (form.get('subject_token_type') !== JWT_TYPE)
    return malformed(`subject_token_type has to be ${JWT_TYPE}.`)
  const requested = form.get('requested_token_type')
  if (requested !== null && requested !== ACCESS_TOKEN_TYPE)
    return malformed(`Only ${ACCESS_TOKEN_TYPE} can be requested.`)
  const resource = form.get('resource')
  if (resource === null) return refuseProof('target_missing')
  const audience = form.get('audience')
  if (audience !== null && audience !== resource) return refuseProof('target_unknown', TWO_TARGETS)
  const proof = workloadProof(form)
  if (!proof.ok) return proof
  const { as, jwt } = proof
  return {
    ok: true,
    ...{ mandate, resource, proof: { as, jwt } },
    clientId: form.get('client_id'),
    scope: form.get('scope'),
    authorizationDetails: form.get('authorization_details'),
  }
}

async function clientCredentials(call: Call, form: Form): Promise<WireResult<object>> {
  const proof = clientAssertion(form)
  if (!proof.ok) return proof
  const resource = form.get('resource')
  if (resource === null) return refuseProof('target_missing')
  if (form.get('scope') !== null || form.get('authorization_details') !== null)
    return refuseProof('scope_not_granted', 'The own token of an agent has no scope. Leave scope out.')
  return issueAgentToken(call, { proof, clientId: form.get('client_id'), resource })
}

/** `POST /oauth/token` (RFC 6749 §3.2) for the two grant types there are. */
export async function tokenEndpoint(call: Call, form: Form): Promise<WireResult<object>> {
  const type = form.get('grant_type')
  if (type === null) return malformed('grant_type is missing.')
  if (type === CLIENT_CREDENTIALS) return clientCredentials(call, form)
  if (type !== TOKEN_EXCHANGE) return refuseProof('grant_type_unsupported')
  const ask = exchangeAsk(form)
  return ask.ok ? exchangeToken(call, ask) : ask
}
