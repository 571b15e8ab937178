import type { Actor } from '@/lib/domain/access'
import type { ChildRow, ParentRow } from '@/lib/domain/child-row'
import { AgentId, GrantId, RequestId } from '@/lib/domain/ids'
import { grantStatus } from '@/lib/domain/status'
import { database, pool } from './database'
import { GrantStateRow, scopeOfSnapshot } from './rows'
import { visibleTo } from './visible-requests'

const CHILDREN = `select g.id, g.request_id, g.agent_id, a.slug, b.slug as by
  from child_grant k join permission_grant g on g.id = k.grant_id join agent a on a.id = g.agent_id
  join agent b on b.id = k.opened_by
  where k.root_id = coalesce((select root_id from child_grant where grant_id = $1), $1) and $1 = any(k.above)
  order by g.opened, g.id`

type Found = { id: string; request_id: string; agent_id: string; slug: string; by: string }

/** Everything that was handed on from a grant, at any depth, oldest first. Each tenant sees only its scopes. */
export async function listChildren(actor: Actor, grantId: GrantId, now: Date): Promise<ChildRow[]> {
  const { rows } = await pool().query<Found>(CHILDREN, [grantId])
  if (rows.length === 0) return []
  const [grants, seen] = await Promise.all([
    database().grant.findMany({ where: { id: { in: rows.map(({ id }) => id) } }, include: { scopes: true } }),
    visibleAmong(
      actor,
      rows.map(({ request_id }) => request_id),
    ),
  ])
  return rows.flatMap((row) => {
    const grant = grants.find(({ id }) => id === row.id)
    if (!grant) return []
    const scopes = grant.scopes
      .map(scopeOfSnapshot)
      .filter(({ tenantId }) => grant.tenantId === actor.tenantId || tenantId === actor.tenantId)
    return {
      id: GrantId.parse(row.id),
      requestId: RequestId.parse(row.request_id),
      agentId: AgentId.parse(row.agent_id),
      agent: row.slug,
      handedOnBy: row.by,
      actions: [...new Set(scopes.map(({ action }) => action))].sort(),
      ...{ expires: grant.expires, uses: grant.uses, usesLeft: grant.usesLeft },
      status: grantStatus({ state: GrantStateRow.parse(grant.state), expires: grant.expires }, now),
      isVisible: seen.has(row.request_id),
    }
  })
}

async function visibleAmong(actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const where = { AND: [{ id: { in: [...ids] } }, await visibleTo(actor)] }
  const rows = await database().request.findMany({ where, select: { id: true } })
  return new Set(rows.map(({ id }) => id))
}

/** The grant that one stands below, if any. */
export async function findParent(actor: Actor, grantId: GrantId): Promise<ParentRow | null> {
  const { rows } = await pool().query<{ id: string; request_id: string; slug: string }>(
    `select g.id, g.request_id, a.slug from child_grant k join permission_grant g on g.id = k.parent_id
      join agent a on a.id = g.agent_id where k.grant_id = $1`,
    [grantId],
  )
  const [row] = rows
  if (!row) return null
  const seen = await visibleAmong(actor, [row.request_id])
  return {
    grantId: GrantId.parse(row.id),
    requestId: RequestId.parse(row.request_id),
    agent: row.slug,
    isVisible: seen.has(row.request_id),
  }
}
