import type { Prisma } from '@/generated/prisma/client'
import type { AgentGrant } from '@/lib/domain/agent-grant'
import { MAX_DEPTH } from '@/lib/domain/child-depth'
import { AgentId, DecisionId, GrantId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { agentOfRow, WITH_AGENT } from './agents'
import { database, pool } from './database'
import { DelegationRow, GrantStateRow, scopeOfSnapshot } from './rows'

const WITH_TASK = { scopes: true, request: true, child: true } as const
const LISTED = 50

type Row = Prisma.GrantGetPayload<{ include: typeof WITH_TASK }>

async function grantsOf(agentId: AgentId, rows: readonly Row[]): Promise<AgentGrant[]> {
  if (rows.length === 0) return []
  const above = [...new Set(rows.flatMap(({ child }) => child?.above ?? []))]
  const [agent, people, suspended] = await Promise.all([
    database().agent.findUniqueOrThrow({ where: { id: agentId }, include: WITH_AGENT }),
    database().person.findMany({ where: { id: { in: rows.map(({ requesterId }) => requesterId) } } }),
    suspendedOf(above),
  ])
  return rows.map(({ request, scopes, child, ...row }) => ({
    id: GrantId.parse(row.id),
    requestId: RequestId.parse(row.requestId),
    tenantId: TenantId.parse(row.tenantId),
    requester: {
      id: PersonId.parse(row.requesterId),
      disabled: people.find(({ id }) => id === row.requesterId)?.disabled ?? null,
    },
    agent: { id: AgentId.parse(row.agentId), identities: agentOfRow(agent).identities },
    environment: row.environment,
    state: GrantStateRow.parse(row.state),
    opened: row.opened,
    expires: row.expires,
    decisionIds: row.decisionIds.map((id) => DecisionId.parse(id)),
    goal: request.goal,
    scopes: scopes.map(scopeOfSnapshot),
    uses: row.uses,
    usesLeft: row.usesLeft,
    parentId: child ? GrantId.parse(child.parentId) : null,
    depth: child ? child.depth : MAX_DEPTH,
    delegation: DelegationRow.nullable().parse(row.delegation),
    isAboveSuspended: child?.above.some((id) => suspended.has(id)) ?? false,
  }))
}

/** Those of the grants whose agent is suspended. */
async function suspendedOf(grantIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (grantIds.length === 0) return new Set()
  const { rows } = await pool().query<{ id: string }>(
    `select g.id from permission_grant g join agent a on a.id = g.agent_id
      where g.id = any($1) and a.suspended is not null`,
    [grantIds],
  )
  return new Set(rows.map(({ id }) => id))
}

/** The grants of an agent, newest first. */
export async function listAgentGrants(agentId: AgentId): Promise<AgentGrant[]> {
  const rows = await database().grant.findMany({
    where: { agentId },
    include: WITH_TASK,
    orderBy: [{ opened: 'desc' }, { id: 'desc' }],
    take: LISTED,
  })
  return grantsOf(agentId, rows)
}

/** One grant of this agent. That of another agent is as absent as one that does not exist. */
export async function findAgentGrant(agentId: AgentId, id: GrantId): Promise<AgentGrant | null> {
  const row = await database().grant.findFirst({ where: { id, agentId }, include: WITH_TASK })
  const [grant] = row ? await grantsOf(agentId, [row]) : []
  return grant ?? null
}
