import type { Context } from 'hono'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { clientAssertionMethod } from '@/lib/identity/client-assertion'
import { giveBackToken } from '@/lib/usecases/credentials/give-back-token'
import { type Introspected, introspectToken } from '@/lib/usecases/credentials/introspect-token'
import type { Call } from '@/lib/usecases/facts/authority'
import { answer } from './answers'
import { type Env, headerOf } from './call'
import type { Form } from './form'
import { clientAssertion } from './token'

const noToken = () => refuseProof('request_malformed', 'token is missing. Send the token this is about.')

const INTROSPECTION_JWT = 'application/token-introspection+jwt'

/** Whether the answer is wanted as a signed JWT (RFC 9701 §4), which has to be said. */
const wantsJwt = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((one) => one.split(';')[0]?.trim().toLowerCase() === INTROSPECTION_JWT)

/** The answer to an introspection, as JSON or as a JWT. Refusals are JSON either way. */
export async function answerIntrospection(c: Context<Env>, call: Call, form: Form): Promise<Response> {
  const asJwt = wantsJwt(headerOf(c, 'accept'))
  c.header('Vary', 'Accept')
  const result = await introspection(call, form, asJwt)
  if (!result.ok || result.value.jwt === null)
    return answer(c, result.ok ? granted(result.value.introspection) : result)
  c.header('Cache-Control', 'no-store')
  return c.body(result.value.jwt, 200, { 'content-type': INTROSPECTION_JWT })
}

/** `POST /oauth/introspect` (RFC 7662 §2.1): a resource server, by private_key_jwt. */
async function introspection(call: Call, form: Form, asJwt: boolean): Promise<WireResult<Introspected>> {
  const token = form.get('token')
  const assertion = form.get('client_assertion')
  if (assertion === null) return refuseProof('client_missing')
  if (clientAssertionMethod(form.get('client_assertion_type') ?? '') !== 'private_key_jwt')
    return refuseProof(
      'client_unknown',
      'Resource servers authenticate with client_assertion_type jwt-bearer here.',
    )
  if (token === null) return noToken()
  return introspectToken(call, { assertion, clientId: form.get('client_id'), token, asJwt })
}

/** `POST /oauth/revoke` (RFC 7009 §2.1): an agent, by its workload identity. */
export async function revocationEndpoint(call: Call, form: Form): Promise<WireResult<null>> {
  const token = form.get('token')
  const proof = clientAssertion(form)
  if (!proof.ok) return proof
  if (token === null) return noToken()
  return giveBackToken(call, { proof, clientId: form.get('client_id'), token })
}
