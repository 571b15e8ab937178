import { z } from 'zod'
import { type AgentPast, GRANTS_LOOKED_AT } from '@/lib/domain/difference'
import { RequestId, ScopeId, type TenantId } from '@/lib/domain/ids'
import { pool } from './database'
import { DelegationRow } from './rows'

// The last grants of each agent, once, and what each request has in common with them. A grant's own time is what was
// given, whatever was asked for.
const PAST = `with asked as (
    select r.id, r.agent_id, array(select s.scope_id from request_scope s
      where s.request_id = r.id and (r.tenant_id = $3 or s.tenant_id = $3)) as scopes
    from request r where r.id = any($1)),
  recent as materialized (
    select g.*, array(select s.scope_id from grant_scope s
      where s.grant_id = g.id and (g.tenant_id = $3 or s.tenant_id = $3)) as scopes
    from (select distinct agent_id from asked) a cross join lateral (
      select id, agent_id, tenant_id, opened, environment, uses, delegation,
        extract(epoch from expires - opened)::float8 as seconds
      from permission_grant where agent_id = a.agent_id order by opened desc, id desc limit $2) g)
  select a.id, (select count(*)::int from recent g where g.agent_id = a.agent_id) as grants,
    array(select distinct one from recent g, unnest(g.scopes) one
      where g.agent_id = a.agent_id and one = any(a.scopes)) as known,
    l.scopes as last_scopes, l.seconds, l.environment, l.uses, l.delegation
  from asked a left join lateral (
    select g.scopes, g.seconds, g.environment, g.uses, g.delegation from recent g
    where g.agent_id = a.agent_id and g.scopes && a.scopes order by g.opened desc, g.id desc limit 1) l on true`

const Row = z.object({
  id: RequestId,
  grants: z.number(),
  known: ScopeId.array(),
  last_scopes: ScopeId.array().nullable(),
  seconds: z.number().nullable(),
  environment: z.string().nullable(),
  uses: z.number().nullable(),
  delegation: DelegationRow.nullable(),
})

/** What the agent of each request was given before: its last 100 grants, as far as this tenant sees their scopes. */
export async function listAgentPasts(
  tenantId: TenantId,
  ids: readonly RequestId[],
): Promise<Map<RequestId, AgentPast>> {
  if (ids.length === 0) return new Map()
  const { rows } = await pool().query(PAST, [ids, GRANTS_LOOKED_AT, tenantId])
  return new Map(
    Row.array()
      .parse(rows)
      .map(({ id, grants, known, last_scopes, seconds, environment, uses, delegation }) => {
        const last =
          last_scopes && seconds !== null && environment !== null
            ? { scopeIds: last_scopes, seconds, environment, uses, delegation }
            : null
        return [id, { grants, known, last }]
      }),
  )
}
