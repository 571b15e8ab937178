import type { OAuthConfig } from 'next-auth/providers/oauth'
import { z } from 'zod'
import { OPERATORS_PERMIT } from '@/lib/domain/egress-settings'
import type { OidcSettings } from '@/lib/domain/oidc-settings'
import { egressAgent } from '@/lib/signals/egress'

export const PROVIDER = 'oidc'

/** Between two words of an answer, and for the whole of it. */
const PATIENCE_MS = 5000
const LONGEST_MS = 8000

// By the scheme of its issuer only. Redirects are not followed.
const agentFor = (issuer: string) =>
  egressAgent({ protocol: new URL(issuer).protocol, permit: OPERATORS_PERMIT, longestMs: LONGEST_MS })

type TokenSet = { claims: () => unknown }

const IdClaims = z.looseObject({ sub: z.string() })
type Claims = z.infer<typeof IdClaims>

/**
 * The company's provider as next-auth knows it: authorization code with PKCE, state and nonce, an ID token checked
 * against its keys. Claims of the ID token win over those of userinfo.
 */
export const companyProvider = (oidc: OidcSettings): OAuthConfig<Claims> => ({
  id: PROVIDER,
  name: oidc.name,
  type: 'oauth',
  issuer: oidc.issuer,
  wellKnown: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  clientId: oidc.clientId,
  clientSecret: oidc.clientSecret,
  authorization: { params: { scope: oidc.scope } },
  checks: ['pkce', 'state', 'nonce'],
  idToken: true,
  httpOptions: { timeout: PATIENCE_MS, agent: agentFor(oidc.issuer) },
  userinfo: {
    request: async ({ tokens, client }) => {
      // next-auth hands over the checked set with its ID token, and types it as what came over the wire.
      const claims = IdClaims.parse((tokens as TokenSet).claims())
      const isWhole = claims.name !== undefined && claims[oidc.groupsClaim] !== undefined
      if (isWhole || !client.issuer.metadata.userinfo_endpoint || !tokens.access_token) return claims
      const told = await client.userinfo(tokens.access_token)
      // OIDC Core §5.3.2: claims of another subject are not used.
      if (told.sub !== claims.sub) throw new Error('The subject of userinfo is another.')
      return { ...told, ...claims }
    },
  },
  profile: ({ sub }) => ({ id: sub }),
})
