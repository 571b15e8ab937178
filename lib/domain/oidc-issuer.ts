import { z } from 'zod'
import { OidcIssuerId, TenantId } from './ids'

export const IssuerKind = z.enum(['oidc', 'github', 'kubernetes'])
export type IssuerKind = z.infer<typeof IssuerKind>

/**
 * The one claim that says which workload a token of an issuer is about. It belongs to the kind of issuer and is compared
 * whole with what agents are registered with, so a token names one agent or none. GitHub's `sub` holds names, and names
 * are given away again; the id of a repository is not.
 */
export const SUBJECT_CLAIMS = {
  oidc: 'sub',
  github: 'repository_id',
  kubernetes: 'sub',
} as const satisfies Record<IssuerKind, string>

/** Where a workload runs, by a verified claim. What is not in the list is nowhere. */
export const EnvironmentMap = z.object({
  claim: z.string().min(1).max(200),
  names: z.array(z.object({ value: z.string().min(1), environment: z.string().min(1) })).max(100),
})
export type EnvironmentMap = z.infer<typeof EnvironmentMap>

/** Whose tokens are believed when they say which workload is calling. */
export const OidcIssuer = z.object({
  id: OidcIssuerId,
  tenantId: TenantId,
  /** Compared to the letter with `iss`. */
  issuer: z.string(),
  kind: IssuerKind,
  /** Its public keys, where it cannot be asked for them. Null: by discovery. */
  jwks: z.unknown(),
  environments: EnvironmentMap.nullable(),
  rev: z.number(),
})
export type OidcIssuer = z.infer<typeof OidcIssuer>

/** Whether it is asked for its keys, and not believed by those that were pasted. */
export const isAskedForKeys = ({ jwks }: Pick<OidcIssuer, 'jwks'>): boolean =>
  jwks === null || jwks === undefined
