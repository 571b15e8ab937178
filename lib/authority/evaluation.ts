import type { Context } from 'hono'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo, WireResult } from '@/lib/domain/wire-result'
import { isBasic, readBasic } from '@/lib/identity/client-secret'
import type { AuthorityContext, Call } from '@/lib/usecases/facts/authority'
import type { EvaluateAsk } from '@/lib/usecases/facts/evaluation'
import { answer, BASIC_CHALLENGE, describable, refuse } from './answers'
import { callOf, type Env, headerOf } from './call'
import { readJson } from './json'

const BEARER = /^Bearer +(\S+)$/i

type Evaluate = (call: Call, ask: EvaluateAsk) => Promise<WireResult<object>>

/**
 * An endpoint of AuthZEN 1.0 (§10.1): JSON in, JSON out. The caller is a resource server: where the standard has a
 * bearer token, it sends the assertion that it authenticates with elsewhere (RFC 7523); its client secret goes as Basic.
 */
export const evaluationEndpoint =
  (evaluate: Evaluate, context: AuthorityContext) => async (c: Context<Env>) => {
    const read = await readAsk(c)
    return read.ok ? answer(c, await evaluate(callOf(c, context), read.ask), sayBearer) : sayBearer(c, read)
  }

async function readAsk(c: Context<Env>): Promise<{ ok: true; ask: EvaluateAsk } | ProofRefusal> {
  const body = await readJson(c)
  if (!body.ok) return body
  const authorization = headerOf(c, 'authorization') ?? ''
  if (isBasic(authorization)) {
    const basic = readBasic(authorization)
    return basic.ok ? { ok: true, ask: { proof: { by: 'secret', ...basic }, body: body.value } } : basic
  }
  const assertion = BEARER.exec(authorization)?.[1]
  if (!assertion)
    return refuseProof(
      'client_missing',
      'Resource servers send their client assertion as the bearer token of the Authorization header, or their client secret as HTTP Basic.',
    )
  return { ok: true, ask: { proof: { by: 'assertion', assertion }, body: body.value } }
}

/** A 401 says how to come back (RFC 6750 §3, RFC 7617 §2). */
function sayBearer(c: Context<Env>, refusal: WireNo): Response {
  if (refusal.status === 401) {
    const said =
      refusal.reason === 'client_missing'
        ? ''
        : ` error="invalid_token", error_description="${describable(refusal.description)}"`
    c.header('WWW-Authenticate', `Bearer${said}`)
    if (refusal.error === 'invalid_client') c.header('WWW-Authenticate', BASIC_CHALLENGE, { append: true })
  }
  return refuse(c, refusal)
}
