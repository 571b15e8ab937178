import type { Context } from 'hono'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import type { WireNo, WireResult } from '@/lib/domain/wire-result'
import type { AuthorityContext, Call } from '@/lib/usecases/facts/authority'
import type { EvaluateAsk } from '@/lib/usecases/facts/evaluation'
import { answer, describable, refuse } from './answers'
import { callOf, type Env, headerOf } from './call'
import { readJson } from './json'

const BEARER = /^Bearer +(\S+)$/i

type Evaluate = (call: Call, ask: EvaluateAsk) => Promise<WireResult<object>>

/**
 * An endpoint of AuthZEN 1.0 (§10.1): JSON in, JSON out. The caller is a resource server: where the standard has a
 * bearer token, it sends the assertion that it authenticates with elsewhere (RFC 7523).
 */
export const evaluationEndpoint =
  (evaluate: Evaluate, context: AuthorityContext) => async (c: Context<Env>) => {
    const read = await readAsk(c)
    return read.ok ? answer(c, await evaluate(callOf(c, context), read.ask), sayBearer) : sayBearer(c, read)
  }

async function readAsk(c: Context<Env>): Promise<{ ok: true; ask: EvaluateAsk } | ProofRefusal> {
  const body = await readJson(c)
  if (!body.ok) return body
  const assertion = BEARER.exec(headerOf(c, 'authorization') ?? '')?.[1]
  if (!assertion)
    return refuseProof(
      'client_missing',
      'Resource servers send their client assertion as the bearer token of the Authorization header.',
    )
  return { ok: true, ask: { assertion, body: body.value } }
}

/** A 401 says how to come back (RFC 6750 §3). */
function sayBearer(c: Context<Env>, refusal: WireNo): Response {
  if (refusal.status === 401) {
    const said =
      refusal.reason === 'client_missing'
        ? ''
        : ` error="invalid_token", error_description="${describable(refusal.description)}"`
    c.header('WWW-Authenticate', `Bearer${said}`)
  }
  return refuse(c, refusal)
}
