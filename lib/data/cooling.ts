import { z } from 'zod'
import { type Cooling, coolingOf } from '@/lib/domain/cooling'
import { type AgentId, RequestId, ScopeId } from '@/lib/domain/ids'
import type { RunSql } from './append-events'
import { ChangedMeanwhile, type Tx } from './commit'
import { pool } from './database'

const COOLING = `select r.id as "requestId", r.cools_until as until,
    array(select s.scope_id from request_scope s where s.request_id = r.id) as "scopeIds"
  from request r where r.agent_id = $1 and r.state = 'denied' and r.cools_until > $2::timestamptz
  order by r.filed desc limit 1000`

const Row = z.object({ requestId: RequestId, until: z.date(), scopeIds: ScopeId.array() })

/** What approvers denied this agent and it may not ask for again yet. */
export const listCooling = async (agentId: AgentId, now: Date, run: RunSql = runAlone): Promise<Cooling[]> =>
  Row.array().parse(await run(COOLING, agentId, now))

const runAlone: RunSql = async (sql, ...values) => (await pool().query(sql, values)).rows

/**
 * Looks again at what was denied, under the lock on the agent that filing holds by then. A denial takes the same lock
 * first, so it has committed and is seen here, or it comes after this filing.
 */
export async function holdNoCooling(
  tx: Tx,
  { agentId, scopeIds, now }: { agentId: AgentId; scopeIds: readonly ScopeId[]; now: Date },
): Promise<void> {
  if (coolingOf(scopeIds, await listCooling(agentId, now, tx.run))) throw new ChangedMeanwhile()
}

/** Has whoever files for this agent wait for a denial that closes a window, or the denial for them. */
export async function holdFilings(tx: Tx, agentId: AgentId): Promise<void> {
  await tx.run('select id from agent where id = $1 for no key update', agentId)
}
