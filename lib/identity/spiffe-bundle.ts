import { z } from 'zod'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { type PublicJwk, readPublicJwk } from './public-jwk'

const MAX_CHARACTERS = 256 * 1024

/** The part of a trust bundle that verifies JWT-SVIDs. */
export type SpiffeBundle = {
  keys: readonly PublicJwk[]
  sequence: number | null
  refreshHintSeconds: number | null
}

export type BundleReading = { ok: true; bundle: SpiffeBundle } | { ok: false; problem: string }

const Bundle = z.object({
  keys: z.array(z.looseObject({ use: z.unknown().optional(), kid: z.unknown().optional() })).max(256),
  spiffe_sequence: z.int().nonnegative().exactOptional(),
  spiffe_refresh_hint: z.int().nonnegative().exactOptional(),
})

/**
 * Reads a SPIFFE bundle (Trust Domain and Bundle §4), as text or as stored JSON. Entries whose `use` is not
 * jwt-svid, or that have no `kid`, are ignored (§4.2.2, JWT-SVID bundle use). Refused whole: a private key
 * anywhere, a jwt-svid entry that is no usable public key, one `kid` twice.
 */
export function parseSpiffeBundle(source: unknown): BundleReading {
  const json = typeof source === 'string' ? readText(source) : ({ ok: true, value: source } as const)
  if (!json.ok) return json
  const bundle = Bundle.safeParse(json.value)
  if (!bundle.success) return { ok: false, problem: 'The bundle needs a list of keys.' }
  const keys: PublicJwk[] = []
  for (const entry of bundle.data.keys) {
    if (entry.use !== 'jwt-svid' || typeof entry.kid !== 'string' || entry.kid === '') continue
    const reading = readPublicJwk(entry)
    if (!reading.ok)
      return { ok: false, problem: `A jwt-svid key of the bundle cannot be used. ${reading.problem}` }
    if (keys.some(({ kid }) => kid === entry.kid))
      return { ok: false, problem: 'The bundle names one kid twice.' }
    keys.push(reading.jwk)
  }
  const { spiffe_sequence, spiffe_refresh_hint } = bundle.data
  return {
    ok: true,
    bundle: { keys, sequence: spiffe_sequence ?? null, refreshHintSeconds: spiffe_refresh_hint ?? null },
  }
}

function readText(text: string) {
  if (text.length > MAX_CHARACTERS)
    return { ok: false, problem: 'The bundle is longer than 256 KiB.' } as const
  const json = parseStrictJson(text)
  return json.ok ? json : ({ ok: false, problem: `The bundle cannot be read. ${json.problem}` } as const)
}
