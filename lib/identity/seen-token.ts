import { readCompactJwt } from '@/lib/domain/compact-jwt'

/** What stands in a token, unverified, for somebody to look at. */
export type SeenToken = {
  /** How it would be presented: a JWT that its client signed for itself, or what somebody else says of the workload. */
  as: 'actor' | 'private_key_jwt'
  parts: readonly { name: string; value: string }[]
}

const SHOWN = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'] as const
const TIMES: readonly string[] = ['exp', 'nbf', 'iat']
const MOST_CHARACTERS = 200
const ANY_HEADER = ['alg', 'typ', 'kid', 'x5t', 'x5t#S256', 'jku', 'jwk', 'x5u', 'x5c', 'crit', 'cty', 'b64']

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

function shownAs(name: string, value: unknown): string {
  const isTime = TIMES.includes(name) && typeof value === 'number' && Math.abs(value) < 8e12
  return (isTime ? new Date(value * 1000).toISOString() : textOf(value)).slice(0, MOST_CHARACTERS)
}

/** Reads a token without believing any of it. Untrusted text: show it as such. */
export function seenIn(jwt: string): SeenToken {
  const reading = readCompactJwt(jwt, ANY_HEADER)
  if (!reading.ok) return { as: 'actor', parts: [] }
  const { header, claims } = reading.jwt
  const parts = (from: Readonly<Record<string, unknown>>, names: readonly string[]) =>
    names.flatMap((name) => (from[name] === undefined ? [] : { name, value: shownAs(name, from[name]) }))
  const isOwn = typeof claims.iss === 'string' && claims.iss === claims.sub
  const known: readonly string[] = SHOWN
  const others = Object.keys(claims)
    .filter((name) => !known.includes(name))
    .slice(0, 30)
  return {
    as: isOwn ? 'private_key_jwt' : 'actor',
    parts: [...parts(header, ['alg', 'typ', 'kid']), ...parts(claims, SHOWN), ...parts(claims, others)],
  }
}
