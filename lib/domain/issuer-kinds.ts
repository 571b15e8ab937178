import type { IssuerKind } from './oidc-issuer'

/** What people call each kind of issuer. Pages take it from here, without what parses. */
export const ISSUER_KINDS = {
  oidc: 'OpenID Connect',
  github: 'GitHub Actions',
  kubernetes: 'Kubernetes',
} as const satisfies Record<IssuerKind, string>
