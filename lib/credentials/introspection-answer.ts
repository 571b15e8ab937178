import type { SigningKey } from './keys'
import { signOwnJwt } from './own-jwt'

type Answer = { issuer: string; audience: string; iat: number; introspection: object }

/**
 * An introspection answer as a signed JWT (RFC 9701 §5): `typ` token-introspection+jwt, for the resource server that asked
 * and nobody else. What it answers stands in one member, so that it can never pass for the token it is about.
 */
export const signIntrospection = (
  { issuer, audience, iat, introspection }: Answer,
  key: SigningKey,
): string =>
  signOwnJwt(
    'token-introspection+jwt',
    { iss: issuer, aud: audience, iat, token_introspection: introspection },
    key,
  )
