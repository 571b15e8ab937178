import { z } from 'zod'
import { type Result, refusal } from '@/lib/domain/result'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { type PublicJwk, readPublicJwk, thumbprintOf } from '@/lib/identity/public-jwk'

export const KeyText = z
  .string()
  .trim()
  .min(1, 'Paste a public key.')
  .max(8192, 'This is too long for a public key.')
const MINUTES = 'Give a whole number of minutes.'
export const Minutes = z.coerce
  .number(MINUTES)
  .pipe(z.int(MINUTES).min(1, 'One minute at least.').max(1440, 'One day, 1440 minutes, at most.'))
export const ConditionsText = z.string().max(4096, 'Keep the conditions shorter.').default('')

/** What is wrong with one field of a form. */
export const wrong = (field: string, problem: string) =>
  refusal<never>('invalid', { fields: { [field]: problem } })

/** A public key as it was pasted, with its thumbprint. A private one is refused and kept nowhere. */
export function readKey(text: string): Result<{ jkt: string; jwk: PublicJwk }> {
  const json = parseStrictJson(text)
  const reading = json.ok ? readPublicJwk(json.value) : json
  if (!reading.ok) return wrong('key', reading.problem)
  return { ok: true, value: { jkt: thumbprintOf(reading.jwk), jwk: reading.jwk } }
}
