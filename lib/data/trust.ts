import type { Prisma } from '@/generated/prisma/client'
import { ClaimCondition } from '@/lib/domain/claim-conditions'
import { type KnownIdentity, keyWords, spiffeWords, subjectWords } from '@/lib/domain/identity-words'
import { AgentId, IdentityId, OidcIssuerId, type TenantId } from '@/lib/domain/ids'
import { EnvironmentMap, IssuerKind } from '@/lib/domain/oidc-issuer'
import type { TrustChange, TrustFacts } from '@/lib/domain/trust-change'
import type { DomainState, IssuerState } from '@/lib/domain/trust-state'
import { database } from './database'
import { isOverlapping } from './spiffe-overlap'

const WITH_IDENTITIES = {
  identities: { orderBy: [{ added: 'asc' }, { id: 'asc' }] },
  keys: { orderBy: [{ added: 'asc' }, { id: 'asc' }] },
  subjects: { orderBy: [{ added: 'asc' }, { id: 'asc' }], include: { issuer: true } },
} as const satisfies Prisma.AgentInclude

type AgentRow = Prisma.AgentGetPayload<{ include: typeof WITH_IDENTITIES }>

const workloadOfRow = ({ trustDomain, workload, environment, byDomain }: AgentRow['identities'][number]) => ({
  ...{ trustDomain, workload, environment, byDomain },
})

const listed = (row: AgentRow): KnownIdentity[] => [
  ...row.identities.map((one) => ({
    ...{ id: IdentityId.parse(one.id), kind: 'spiffe' as const },
    ...spiffeWords(one),
    of: workloadOfRow(one),
  })),
  ...row.keys.map(({ id, jkt, environment }) => ({
    ...{ id: IdentityId.parse(id), kind: 'key' as const, what: keyWords(jkt), environment },
  })),
  ...row.subjects.map(({ id, subject, conditions, environment, issuer }) => {
    const of = {
      issuer: issuer.issuer,
      subject,
      conditions: ClaimCondition.array().parse(conditions),
      environment,
      issuerEnvironment: issuer.environment,
    }
    const issuerKind = IssuerKind.parse(issuer.kind)
    return {
      id: IdentityId.parse(id),
      kind: 'subject' as const,
      ...subjectWords(of),
      of: { ...of, issuerKind },
    }
  }),
]

export type IdentifiedAgent = {
  id: AgentId
  slug: string
  rev: number
  environments: readonly string[]
  identities: readonly KnownIdentity[]
}

/** An agent of a tenant with everything it is known by, and the version that was read. */
export async function findIdentifiedAgent(tenantId: TenantId, id: AgentId): Promise<IdentifiedAgent | null> {
  const row = await database().agent.findFirst({ where: { id, tenantId }, include: WITH_IDENTITIES })
  if (!row) return null
  const { slug, rev, environments } = row
  return { id: AgentId.parse(row.id), slug, rev, environments, identities: listed(row) }
}

const issuerOf = (row: Prisma.OidcIssuerGetPayload<object>): IssuerState => ({
  ...{ id: OidcIssuerId.parse(row.id), issuer: row.issuer, kind: IssuerKind.parse(row.kind) },
  ...{ jwks: row.jwks, environments: EnvironmentMap.nullable().parse(row.environments) },
  ...{ environment: row.environment, rev: row.rev },
})

/** The issuers a tenant believes, by name. */
export async function listIssuers(tenantId: TenantId): Promise<IssuerState[]> {
  const rows = await database().oidcIssuer.findMany({ where: { tenantId }, orderBy: { issuer: 'asc' } })
  return rows.map(issuerOf)
}

const domainOf = (row: Prisma.TrustDomainGetPayload<object>): DomainState => ({
  ...{ name: row.name, bundle: row.bundle, version: row.version, environment: row.environment },
  ...{ url: row.bundleUrl, refreshed: row.refreshed, problem: row.problem },
})

/** The trust domains a tenant believes, by name. */
export async function listTrustDomains(tenantId: TenantId): Promise<DomainState[]> {
  const rows = await database().trustDomain.findMany({ where: { tenantId }, orderBy: { name: 'asc' } })
  return rows.map(domainOf)
}

export async function findIssuer(tenantId: TenantId, id: OidcIssuerId): Promise<IssuerState | null> {
  const row = await database().oidcIssuer.findFirst({ where: { id, tenantId } })
  return row && issuerOf(row)
}

export async function findTrustDomain(tenantId: TenantId, name: string): Promise<DomainState | null> {
  const row = await database().trustDomain.findFirst({ where: { name, tenantId } })
  return row && domainOf(row)
}

/** What a change of trust is decided with. */
export async function findTrustFacts(tenantId: TenantId, change: TrustChange): Promise<TrustFacts> {
  const none = { agent: null, issuer: null, domain: null, isOverlapping: false }
  if (change.kind === 'domain.put') {
    const row = await database().trustDomain.findUnique({ where: { name: change.name } })
    const isTaken = row !== null && row.tenantId !== tenantId
    return { ...none, domain: row && !isTaken ? domainOf(row) : null, isTaken }
  }
  if (change.kind === 'issuer.put') {
    const row = await database().oidcIssuer.findUnique({ where: { issuer: change.issuer } })
    const isTaken = row !== null && row.tenantId !== tenantId
    return { ...none, issuer: row && !isTaken ? issuerOf(row) : null, isTaken }
  }
  if (change.kind === 'domain.environment')
    return { ...none, domain: await findTrustDomain(tenantId, change.name), isTaken: false }
  const [agent, issuer, domain, isTaken, overlaps] = await Promise.all([
    findIdentifiedAgent(tenantId, change.agentId),
    change.kind === 'identity.subject' ? findIssuer(tenantId, change.issuerId) : null,
    findDomainOf(tenantId, change),
    isIdentityTaken(change),
    change.kind === 'identity.spiffe' && isOverlapping(database(), change),
  ])
  return { agent, issuer, domain, isTaken, isOverlapping: overlaps }
}

type IdentityChange = Extract<TrustChange, { agentId: AgentId }>

/** The trust domain that a change of an identity is in. */
async function findDomainOf(tenantId: TenantId, change: IdentityChange): Promise<DomainState | null> {
  if (change.kind === 'identity.spiffe') return findTrustDomain(tenantId, change.trustDomain)
  if (change.kind !== 'identity.environment') return null
  const where = { id: change.identityId, agentId: change.agentId }
  const row = await database().agentIdentity.findFirst({ where, select: { trustDomain: true } })
  return row && findTrustDomain(tenantId, row.trustDomain)
}

async function isIdentityTaken(change: IdentityChange): Promise<boolean> {
  if (change.kind === 'identity.conditions' || change.kind === 'identity.environment') return false
  if (change.kind === 'identity.key' || change.kind === 'identity.rotate')
    return (await database().agentKey.count({ where: { jkt: change.jkt } })) > 0
  if (change.kind === 'identity.spiffe') {
    const { trustDomain, workload } = change
    return (await database().agentIdentity.count({ where: { trustDomain, workload } })) > 0
  }
  const { issuerId, subject } = change
  return (await database().agentSubject.count({ where: { issuerId, subject } })) > 0
}
