import { z } from 'zod'
import { MAX_DEPTH } from '@/lib/domain/child-depth'
import type { Below, Tree } from '@/lib/domain/child-grant'
import { AgentId, DecisionId, GrantId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { runIn, type Tx } from './commit'
import { pool } from './database'
import { DelegationRow } from './rows'

const TREE = `with tree as (select g.id, g.uses_left, k.depth, coalesce(k.root_id, g.id) as root
    from permission_grant g left join child_grant k on k.grant_id = g.id where g.id = $1)
  select root as "rootId", uses_left as "usesLeft", coalesce(depth, ${MAX_DEPTH}) as depth,
    (select count(*)::int from child_grant b where b.root_id = root) as below,
    array(select distinct who from approval v join request r on r.id = v.request_id and r.version = v.version
      join permission_grant o on o.request_id = r.id, unnest(array[v.person_id, v.deputy_for]) who
      where o.id = root and v.verdict = 'approve' and who is not null) as signers,
    (select o.delegation from permission_grant o where o.id = root) as delegation
  from tree`

const TreeRow = z.object({
  rootId: GrantId,
  usesLeft: z.number().nullable(),
  depth: z.number(),
  below: z.number(),
  signers: PersonId.array(),
  delegation: DelegationRow.nullable(),
})

/** Where a grant stands in its tree. */
export async function findTree(id: GrantId): Promise<Tree | null> {
  const { rows } = await pool().query(TREE, [id])
  return rows.length === 0 ? null : TreeRow.parse(rows[0])
}

const HOLD_ROOT = `select id from permission_grant
  where id = coalesce((select root_id from child_grant where grant_id = $1), $1) for no key update`

/**
 * Holds the root of a grant's tree. Whoever ends a grant or opens one below it does this before holding any other of the
 * tree, so of two such acts one comes after the other. Credentials are issued under the same rows, held shared.
 */
export async function holdRoot(tx: Tx, id: GrantId): Promise<void> {
  await runIn(tx)(HOLD_ROOT, id)
}

const HOLD_BELOW = `select g.id, g.request_id as "requestId", g.tenant_id as "tenantId", g.requester_id as "requesterId",
    g.agent_id as "agentId", g.decision_ids as "decisionIds", g.expires
  from child_grant k join permission_grant g on g.id = k.grant_id
  where k.root_id = coalesce((select root_id from child_grant where grant_id = $1), $1) and $1 = any(k.above)
    and g.state = 'live' order by g.id for no key update of g`

const BelowRow = z.object({
  id: GrantId,
  requestId: RequestId,
  tenantId: TenantId,
  requesterId: PersonId,
  agentId: AgentId,
  decisionIds: DecisionId.array(),
  expires: z.date(),
})

/** Holds every live grant below one, while the root is held. */
export const holdBelow = async (tx: Tx, id: GrantId): Promise<Below[]> =>
  BelowRow.array().parse(await runIn(tx)(HOLD_BELOW, id))
