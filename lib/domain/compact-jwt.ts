import { BoundedMap } from './bounded-map'
import { parseStrictJson } from './strict-json'

/** Longer texts are refused before anything in them is looked at. */
export const MAX_JWT_CHARACTERS = 16 * 1024

/** A JWT that was read but not verified. Nothing in it is true yet. */
export type UnverifiedJwt = {
  header: Readonly<Record<string, unknown>>
  claims: Readonly<Record<string, unknown>>
  /** `header.payload`: what is signed, and with one spelling only, since base64url is read strictly. */
  signingInput: string
}

export type JwtReading = { ok: true; jwt: UnverifiedJwt } | { ok: false; problem: string }

const SHAPE = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/**
 * Reads a compact JWS whose payload is a JSON object (RFC 7515 §5.2 steps 1 to 5, RFC 7519 §7.2) and refuses
 * every header parameter outside `headerParameters`, so `crit`, `jku`, `jwk`, `x5u`, `x5c` and `b64` never
 * reach a verifier whose profile does not name them. Verifies nothing.
 */
export function readCompactJwt(text: string, headerParameters: readonly string[]): JwtReading {
  if (text.length > MAX_JWT_CHARACTERS) return { ok: false, problem: 'It is longer than 16 KiB.' }
  if (!SHAPE.test(text)) return { ok: false, problem: 'It is not three base64url parts.' }
  const [headerPart = '', claimsPart = '', signature = ''] = text.split('.')
  const header = readHeader(headerPart)
  const claims = readObject(claimsPart)
  if (!header.ok) return { ok: false, problem: `Its header cannot be used. ${header.problem}` }
  if (!claims.ok) return { ok: false, problem: `Its claims cannot be used. ${claims.problem}` }
  if (!decodeBase64url(signature)) return { ok: false, problem: 'Its signature is not base64url.' }
  if (Object.keys(header.value).some((name) => !headerParameters.includes(name)))
    return { ok: false, problem: `Its header may hold ${headerParameters.join(', ')} and nothing else.` }
  const signingInput = `${headerPart}.${claimsPart}`
  return { ok: true, jwt: { header: header.value, claims: claims.value, signingInput } }
}

const MOST_HEADERS = 1024
const LONGEST_KEPT = 1024
const headers = new BoundedMap<string, ObjectReading>(MOST_HEADERS)

// Whoever holds a key writes the same header over everything: the same text is the same object, as long as it is kept.
function readHeader(part: string): ObjectReading {
  const known = headers.get(part)
  if (known) return known
  const read = readObject(part)
  if (!read.ok || part.length > LONGEST_KEPT) return read
  // A copy: a part of a text keeps all of the text.
  headers.set(Buffer.from(part, 'latin1').toString('latin1'), read)
  return read
}

type ObjectReading = { ok: true; value: Readonly<Record<string, unknown>> } | { ok: false; problem: string }

function readObject(part: string): ObjectReading {
  const bytes = decodeBase64url(part)
  if (!bytes) return { ok: false, problem: 'It is not base64url.' }
  const text = decodeUtf8(bytes)
  if (text === null) return { ok: false, problem: 'It is not UTF-8.' }
  const json = parseStrictJson(text)
  if (!json.ok) return json
  return isObject(json.value)
    ? { ok: true, value: json.value }
    : { ok: false, problem: 'It is not an object.' }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Bytes of an unpadded base64url text in its one canonical spelling (RFC 7515 §2), else null. */
export function decodeBase64url(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}
