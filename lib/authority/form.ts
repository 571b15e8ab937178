import type { Context } from 'hono'
import { formDecoded } from '@/lib/domain/form-urlencoded'
import { type ProofRefusal, refuseProof } from '@/lib/domain/wire-reasons'
import { type Env, headerOf } from './call'

/** The parameters of an OAuth request, each at most once. An empty value is none (RFC 6749 §3.2). */
export type Form = { ok: true; get: (name: string) => string | null }

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i
const MAX_PARAMETERS = 64

const malformed = (description: string) => refuseProof('request_malformed', description)

/**
 * Reads a form (RFC 6749 §3.2): nothing else is a body here, and a parameter that comes twice is refused. Values no
 * database can store are refused too, and escapes that say nothing, which `URLSearchParams` would read as they stand.
 */
export async function readForm(c: Context<Env>): Promise<Form | ProofRefusal> {
  if (!FORM_TYPE.test(headerOf(c, 'content-type') ?? ''))
    return malformed('The body has to be a form. Send it as application/x-www-form-urlencoded.')
  const pairs = (await c.req.text()).split('&').filter((pair) => pair !== '')
  if (pairs.length > MAX_PARAMETERS) return malformed('The form has too many parameters.')
  const values = new Map<string, string>()
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const name = storable(equals < 0 ? pair : pair.slice(0, equals))
    const value = storable(equals < 0 ? '' : pair.slice(equals + 1))
    if (name === null || value === null)
      return malformed('The form holds a character or an escape that no parameter may have.')
    if (values.has(name)) return twice(name)
    values.set(name, value)
  }
  return { ok: true, get: (name) => values.get(name) || null }
}

/** As it was before it was encoded. Null for what no database can store. */
function storable(part: string): string | null {
  const decoded = formDecoded(part)
  return decoded === null || decoded.includes('\0') || decoded.includes('\uFFFD') ? null : decoded
}

const twice = (name: string) =>
  name === 'resource'
    ? refuseProof('target_missing')
    : malformed('A parameter comes twice. Send each parameter once.')
