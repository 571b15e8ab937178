import type { OidcIssuerId } from './ids'
import { ISSUER_KINDS } from './issuer-kinds'
import type { EnvironmentMap, IssuerKind } from './oidc-issuer'
import { type BundleSource, keySetWords } from './trust-bundle'

/** An issuer that is believed. */
export type IssuerState = {
  id: OidcIssuerId
  issuer: string
  kind: IssuerKind
  jwks: unknown
  environments: EnvironmentMap | null
  environment: string | null
  rev: number
}
export type DomainState = {
  name: string
  bundle: unknown
  version: number
  environment: string | null
} & BundleSource

type Issuer = Pick<IssuerState, 'kind' | 'jwks' | 'environments' | 'environment'>

export function issuerWords({ kind, jwks, environments, environment }: Issuer): string {
  const keys = jwks === null || jwks === undefined ? 'keys by discovery' : keySetWords(jwks)
  const where = environments
    ? environments.names.map((one) => `${environments.claim} ${one.value} is ${one.environment}`).join(', ')
    : 'no environments'
  const otherwise = environment === null ? '' : `; where no claim says it, ${environment}`
  return `${ISSUER_KINDS[kind]}; ${keys}; ${where}${otherwise}`
}

/** Where everything runs that a trust domain proves, as far as nothing closer says it. */
export const domainPlaceWords = (environment: string | null): string =>
  environment === null ? 'states no environment' : `states ${environment}`
