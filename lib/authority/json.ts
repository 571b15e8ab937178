import type { Context } from 'hono'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { type Env, headerOf } from './call'

const JSON_TYPE = /^application\/json\s*(;|$)/i

/** A body in JSON in which one text has one meaning, or what is wrong with it. */
export async function readJson(c: Context<Env>): Promise<{ ok: true; value: unknown } | ProofRefusal> {
  if (!JSON_TYPE.test(headerOf(c, 'content-type') ?? ''))
    return refuseProof('request_malformed', 'The body has to be JSON. Send it as application/json.')
  const body = parseStrictJson(await c.req.text())
  return body.ok ? body : refuseProof('request_malformed', `The body cannot be read. ${body.problem}`)
}
