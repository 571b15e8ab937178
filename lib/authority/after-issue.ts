import type { Context } from 'hono'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo, WireResult } from '@/lib/domain/wire-result'
import { clientAssertionMethod } from '@/lib/identity/client-assertion'
import { isBasic, readBasic } from '@/lib/identity/client-secret'
import { giveBackToken } from '@/lib/usecases/credentials/give-back-token'
import {
  type Introspected,
  type Introspection,
  introspectToken,
} from '@/lib/usecases/credentials/introspect-token'
import type { Call } from '@/lib/usecases/facts/authority'
import type { ServerProof } from '@/lib/usecases/facts/server-caller'
import { BASIC_CHALLENGE, refuse } from './answers'
import { type Env, headerOf } from './call'
import type { Form } from './form'
import { clientAssertion } from './token'

const noToken = () => refuseProof('request_malformed', 'token is missing. Send the token this is about.')

const INTROSPECTION_JWT = 'application/token-introspection+jwt'

const NOT_WANTED = /^q=0(\.0*)?$/i

/** Whether the answer is wanted as a signed JWT (RFC 9701 §4), which has to be said. */
const wantsJwt = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((one) => {
    const [type, ...parameters] = one.split(';').map((part) => part.trim())
    return type?.toLowerCase() === INTROSPECTION_JWT && !parameters.some((said) => NOT_WANTED.test(said))
  })

// For one token it is the same object while its signature is known: it is put into words once.
const texts = new WeakMap<Introspection, string>()

function textOf(introspection: Introspection): string {
  const text = texts.get(introspection) ?? JSON.stringify(introspection)
  texts.set(introspection, text)
  return text
}

/** The answer to an introspection, as JSON or as a JWT. Refusals are JSON either way. */
export async function answerIntrospection(c: Context<Env>, call: Call, form: Form): Promise<Response> {
  const asJwt = wantsJwt(headerOf(c, 'accept'))
  c.header('Vary', 'Accept')
  const result = await introspection(call, form, asJwt)
  if (!result.ok) return sayBasic(c, result)
  const { introspection: said, jwt } = result.value
  c.header('Cache-Control', 'no-store')
  return jwt === null
    ? c.body(textOf(said), 200, { 'content-type': 'application/json' })
    : c.body(jwt, 200, { 'content-type': INTROSPECTION_JWT })
}

/** A 401 says how to come back (RFC 6749 §5.2, RFC 7617 §2). */
function sayBasic(c: Context<Env>, refusal: WireNo): Response {
  if (refusal.status === 401) c.header('WWW-Authenticate', BASIC_CHALLENGE)
  return refuse(c, refusal)
}

/** `POST /oauth/introspect` (RFC 7662 §2.1): a resource server, by private_key_jwt or client_secret_basic. */
async function introspection(call: Call, form: Form, asJwt: boolean): Promise<WireResult<Introspected>> {
  const token = form.get('token')
  const proof = serverProof(call.authorization, form)
  if (!proof.ok) return proof
  if (token === null) return noToken()
  return introspectToken(call, { proof: proof.proof, clientId: form.get('client_id'), token, asJwt })
}

const ASSERTION_PARAMETERS = ['client_assertion', 'client_assertion_type', 'client_secret']

/** What a resource server authenticates with. Two ways at once are none (RFC 6749 §2.3). */
function serverProof(
  authorization: string | null,
  form: Form,
): { ok: true; proof: ServerProof } | ProofRefusal {
  if (authorization !== null && isBasic(authorization)) {
    if (ASSERTION_PARAMETERS.some((name) => form.get(name) !== null))
      return refuseProof('request_malformed', TWICE)
    const basic = readBasic(authorization)
    return basic.ok ? { ok: true, proof: { by: 'secret', ...basic } } : basic
  }
  const assertion = form.get('client_assertion')
  if (assertion === null) return refuseProof('client_missing', MISSING)
  if (clientAssertionMethod(form.get('client_assertion_type') ?? '') !== 'private_key_jwt')
    return refuseProof(
      'client_unknown',
      'Resource servers authenticate with client_assertion_type jwt-bearer here.',
    )
  return { ok: true, proof: { by: 'assertion', assertion } }
}

const TWICE = 'Two client authentications came with this request. Send the secret or the assertion.'
const MISSING =
  'No client authentication came with this request. Send a client_assertion, or the client secret as HTTP Basic.'

/** `POST /oauth/revoke` (RFC 7009 §2.1): an agent, by its workload identity. */
export async function revocationEndpoint(call: Call, form: Form): Promise<WireResult<null>> {
  const token = form.get('token')
  const proof = clientAssertion(form)
  if (!proof.ok) return proof
  if (token === null) return noToken()
  return giveBackToken(call, { proof, clientId: form.get('client_id'), token })
}
