import { pool } from './database'
import type { scopeOfSnapshot } from './rows'
import { SNAPSHOT } from './snapshot-sql'
import type { binder } from './trail-conditions'

const SELECT = `g.id, g.request_id as "requestId", g.requester_id as "requesterId", g.agent_id as "agentId", g.state,
  g.opened, g.expires, g.ended, g.ended_by as "endedBy", g.uses, g.uses_left as "usesLeft",
  r.tenant_id as "tenantId", r.stages, r.version`

// What belongs to the grants of a page, and not to those it was chosen from.
const WHOLE = `select p.*, a.slug as agent, o.slug as "handedOnBy", c.opened_by as "openedBy", m.name as requester,
    coalesce(e.name, a.slug) as "endedByName",
    array(select w.person_id from agent_owner w where w.agent_id = p."agentId") as owners,
    (select coalesce(json_agg(json_build_object('personId', v.person_id, 'version', v.version, 'verdict', v.verdict)), '[]')
       from approval v where v.request_id = p."requestId") as votes,
    (select json_agg(jsonb_build_object('check', x."check") || ${SNAPSHOT}::jsonb order by s.scope_id)
       from grant_scope s left join resource_server x on x.id = s.server_id where s.grant_id = p.id) as scopes
  from page p left join agent a on a.id = p."agentId" left join child_grant c on c.grant_id = p.id
  left join agent o on o.id = c.opened_by left join person m on m.id = p."requesterId"
  left join person e on e.id = p."endedBy"`

type ScopeRow = Parameters<typeof scopeOfSnapshot>[0] & { check: string | null }

export type LiveGrantRow = {
  id: string
  requestId: string
  requesterId: string
  agentId: string
  state: string
  opened: Date
  expires: Date
  ended: Date | null
  endedBy: string | null
  uses: number | null
  usesLeft: number | null
  tenantId: string
  stages: unknown
  version: number
  agent: string | null
  openedBy: string | null
  handedOnBy: string | null
  requester: string | null
  endedByName: string | null
  owners: string[]
  votes: { personId: string; version: number; verdict: string }[]
  scopes: ScopeRow[]
}

/** The grants of a page, each with what a row tells of it, in one statement. */
export async function readLiveGrants(
  where: readonly string[],
  order: (of: string) => string,
  take: number,
  { values, bind }: ReturnType<typeof binder>,
): Promise<LiveGrantRow[]> {
  const { rows } = await pool().query<LiveGrantRow>(
    `with page as (select ${SELECT} from permission_grant g join request r on r.id = g.request_id
       where ${where.join(' and ')} order by ${order('g')} limit ${bind(take)})
     ${WHOLE} order by ${order('p')}`,
    values,
  )
  return rows
}
