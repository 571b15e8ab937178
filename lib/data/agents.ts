import type { Prisma } from '@/generated/prisma/client'
import type { Agent } from '@/lib/domain/agent'
import { AgentId, PersonId, TenantId } from '@/lib/domain/ids'
import type { RegisteredWorkload } from '@/lib/domain/spiffe-workload'
import { database } from './database'

// The first identity is the canonical one.
export const WITH_AGENT = {
  owners: true,
  identities: { orderBy: [{ added: 'asc' }, { id: 'asc' }] },
} satisfies Prisma.AgentInclude

type AgentRow = Pick<
  Prisma.AgentGetPayload<object>,
  'id' | 'tenantId' | 'slug' | 'purpose' | 'environments' | 'suspended' | 'rev'
> & {
  owners: readonly { personId: string }[]
  identities: readonly RegisteredWorkload[]
}

export const agentOfRow = (row: AgentRow): Agent => ({
  id: AgentId.parse(row.id),
  tenantId: TenantId.parse(row.tenantId),
  slug: row.slug,
  purpose: row.purpose,
  environments: row.environments,
  owners: row.owners.map(({ personId }) => PersonId.parse(personId)),
  suspended: row.suspended,
  identities: row.identities.map(({ trustDomain, workload, environment }) => ({
    trustDomain,
    workload,
    environment,
  })),
  rev: row.rev,
})

/** One agent of a tenant. */
export async function findAgent(tenantId: TenantId, id: AgentId): Promise<Agent | null> {
  const row = await database().agent.findFirst({ where: { id, tenantId }, include: WITH_AGENT })
  return row && agentOfRow(row)
}

/** Which of these agents somebody owns. */
export async function listOwned(personId: PersonId, ids: readonly AgentId[]): Promise<AgentId[]> {
  if (ids.length === 0) return []
  const rows = await database().agentOwner.findMany({ where: { personId, agentId: { in: [...ids] } } })
  return rows.map(({ agentId }) => AgentId.parse(agentId))
}

/** Some agents of a tenant, by name. */
export async function findAgents(tenantId: TenantId, ids: readonly AgentId[]): Promise<Agent[]> {
  if (ids.length === 0) return []
  const rows = await database().agent.findMany({
    where: { tenantId, id: { in: [...ids] } },
    include: WITH_AGENT,
    orderBy: { slug: 'asc' },
  })
  return rows.map(agentOfRow)
}

export async function findAgentBySlug(tenantId: TenantId, slug: string): Promise<Agent | null> {
  const row = await database().agent.findFirst({ where: { slug, tenantId }, include: WITH_AGENT })
  return row && agentOfRow(row)
}

/** The agents of a tenant, by name. */
export async function listAgents(tenantId: TenantId): Promise<Agent[]> {
  const rows = await database().agent.findMany({
    where: { tenantId },
    include: WITH_AGENT,
    orderBy: { slug: 'asc' },
  })
  return rows.map(agentOfRow)
}
