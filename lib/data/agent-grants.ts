import { z } from 'zod'
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

// A grant ends and never comes back: between two pages one may move behind the place, and is listed again, never left out.
const PAGE = `select id, is_live as "isLive", opened from (
    select id, opened, state = 'live' and expires > $2::timestamptz as is_live from permission_grant where agent_id = $1) g
  where $3::boolean is null or (is_live, opened, id) < ($3::boolean, $4::timestamptz, $5::text)
  order by is_live desc, opened desc, id desc limit $6`

/** Where a list goes on: behind this grant, which was among the live ones or was not. */
export const GrantPlace = z.object({ isLive: z.boolean(), opened: z.coerce.date(), id: z.string().max(128) })
export type GrantPlace = z.infer<typeof GrantPlace>

/** A page of the grants of an agent: live ones first, and of each kind the newest. */
export async function listAgentGrants(
  agentId: AgentId,
  { now, after }: { now: Date; after: GrantPlace | null },
): Promise<{ grants: AgentGrant[]; next: GrantPlace | null }> {
  const place = [after?.isLive ?? null, after?.opened ?? null, after?.id ?? null]
  const found = await pool().query(PAGE, [agentId, now, ...place, LISTED + 1])
  const places = GrantPlace.array().parse(found.rows)
  const listed = places.slice(0, LISTED)
  const rows = await database().grant.findMany({
    where: { id: { in: listed.map(({ id }) => id) } },
    include: WITH_TASK,
  })
  const inOrder = listed.flatMap(({ id }) => rows.find((row) => row.id === id) ?? [])
  const next = places.length > LISTED ? (listed.at(-1) ?? null) : null
  return { grants: await grantsOf(agentId, inOrder), next }
}

/** One grant of this agent. That of another agent is as absent as one that does not exist. */
export async function findAgentGrant(agentId: AgentId, id: GrantId): Promise<AgentGrant | null> {
  const row = await database().grant.findFirst({ where: { id, agentId }, include: WITH_TASK })
  const [grant] = row ? await grantsOf(agentId, [row]) : []
  return grant ?? null
}
