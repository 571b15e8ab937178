import type { Prisma } from '@/generated/prisma/client'
import type { AgentGrant } from '@/lib/domain/agent-grant'
import { AgentId, DecisionId, GrantId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { agentOfRow, WITH_AGENT } from './agents'
import { database } from './database'
import { GrantStateRow, scopeOfSnapshot } from './rows'

const WITH_TASK = { scopes: true, request: true } as const
const LISTED = 50

type Row = Prisma.GrantGetPayload<{ include: typeof WITH_TASK }>

async function grantsOf(agentId: AgentId, rows: readonly Row[]): Promise<AgentGrant[]> {
  if (rows.length === 0) return []
  const [agent, people] = await Promise.all([
    database().agent.findUniqueOrThrow({ where: { id: agentId }, include: WITH_AGENT }),
    database().person.findMany({ where: { id: { in: rows.map(({ requesterId }) => requesterId) } } }),
  ])
  return rows.map(({ request, scopes, ...row }) => ({
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
  }))
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
