import { refuseProof } from '@/lib/domain/wire-reasons'
import type { WireResult } from '@/lib/domain/wire-result'
import { clientAssertionMethod } from '@/lib/identity/client-assertion'
import { giveBackToken } from '@/lib/usecases/credentials/give-back-token'
import { introspectToken } from '@/lib/usecases/credentials/introspect-token'
import type { Call } from '@/lib/usecases/facts/authority'
import type { Form } from './form'
import { clientAssertion } from './token'

const noToken = () => refuseProof('request_malformed', 'token is missing. Send the token this is about.')

/** `POST /oauth/introspect` (RFC 7662 §2.1): a resource server, by private_key_jwt. */
export async function introspectionEndpoint(call: Call, form: Form): Promise<WireResult<object>> {
  const token = form.get('token')
  const assertion = form.get('client_assertion')
  if (assertion === null) return refuseProof('client_missing')
  if (clientAssertionMethod(form.get('client_assertion_type') ?? '') !== 'private_key_jwt')
    return refuseProof(
      'client_unknown',
      'Resource servers authenticate with client_assertion_type jwt-bearer here.',
    )
  if (token === null) return noToken()
  return introspectToken(call, { assertion, clientId: form.get('client_id'), token })
}

/** `POST /oauth/revoke` (RFC 7009 §2.1): an agent, by its workload identity. */
export async function revocationEndpoint(call: Call, form: Form): Promise<WireResult<null>> {
  const token = form.get('token')
  const proof = clientAssertion(form)
  if (!proof.ok) return proof
  if (token === null) return noToken()
  return giveBackToken(call, { proof, clientId: form.get('client_id'), token })
}
