import { z } from 'zod'
import { type PublicJwk, readPublicJwk } from './public-jwk'

/** `unused`: how many more the set holds, for something else or of kinds that are not used here. */
export type JwksReading =
  | { ok: true; keys: readonly PublicJwk[]; unused: number }
  | { ok: false; problem: string }

const MOST_KEYS = 64
const Jwks = z.object({ keys: z.array(z.looseObject({ use: z.unknown().optional() })).max(MOST_KEYS) })

/**
 * Reads a JWK Set (RFC 7517 §5) for verifying signatures. Keys for something else, and of kinds that are not used here,
 * are left out (§5); a set with a private key anywhere is refused whole, and so is one that leaves nothing.
 */
export function readJwks(value: unknown): JwksReading {
  const jwks = Jwks.safeParse(value)
  if (!jwks.success) return { ok: false, problem: `The key set needs a list of at most ${MOST_KEYS} keys.` }
  const keys: PublicJwk[] = []
  for (const entry of jwks.data.keys) {
    const reading = readPublicJwk(entry)
    if (reading.ok && (entry.use === undefined || entry.use === 'sig')) keys.push(reading.jwk)
    else if (!reading.ok && reading.isPrivate) return { ok: false, problem: reading.problem }
  }
  if (keys.length === 0)
    return { ok: false, problem: 'The key set holds no public EC, RSA or Ed25519 key to verify with.' }
  return { ok: true, keys, unused: jwks.data.keys.length - keys.length }
}
