import type { Context } from 'hono'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { type Env, headerOf } from './call'

/** The parameters of an OAuth request, each at most once. An empty value is none (RFC 6749 §3.2). */
export type Form = { ok: true; get: (name: string) => string | null }

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i
const MAX_PARAMETERS = 64

const malformed = (description: string) => refuseProof('request_malformed', description)

/**
 * Reads a form (RFC 6749 §3.2): nothing else is a body here, and a parameter that comes twice is refused. Values no
 * database can store are refused too.
 */
export async function readForm(c: Context<Env>): Promise<Form | ProofRefusal> {
  if (!FORM_TYPE.test(headerOf(c, 'content-type') ?? ''))
    return malformed('The body has to be a form. Send it as application/x-www-form-urlencoded.')
  const pairs = new URLSearchParams(await c.req.text())
  if (pairs.size > MAX_PARAMETERS) return malformed('The form has too many parameters.')
  const values = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (values.has(name)) return twice(name)
    if (/[\0\uFFFD]/.test(name + value))
      return malformed('The form holds a character that no parameter may have.')
    values.set(name, value)
  }
  return { ok: true, get: (name) => values.get(name) || null }
}

const twice = (name: string) =>
  name === 'resource'
    ? refuseProof('target_missing')
    : malformed('A parameter comes twice. Send each parameter once.')
