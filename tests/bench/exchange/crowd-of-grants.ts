import { pool } from '@/lib/data/database'
import type { AgentId } from '@/lib/domain/ids'
import { GrantId } from '@/lib/domain/ids'
import type { Granted } from './callers'

export type Crowd = { grants: number; agents: number }

// Copies of an agent and of one of its live grants, as if everything before had happened. One statement a table; the
// agents take the grants in turn.
const COPY = [
  `create temporary table one as select id as grant_id, request_id, agent_id from permission_grant
     where agent_id = '$AGENT' and state = 'live' order by opened limit 1`,
  `create temporary table made_agent as
     select n, 'A-BENCH' || lpad(n::text, 6, '0') as id, 'bench-' || n as slug from generate_series(1, $AGENTS) n`,
  `create temporary table made as select s.n, 'R-BENCH' || lpad(s.n::text, 8, '0') as request_id,
     'G-BENCH' || lpad(s.n::text, 8, '0') as grant_id, a.id as agent_id
     from generate_series(1, $GRANTS) as s(n) join made_agent a on a.n = 1 + (s.n - 1) % $AGENTS`,
  `insert into agent select (jsonb_populate_record(a, jsonb_build_object('id', m.id, 'slug', m.slug))).*
     from made_agent m, one o join agent a on a.id = o.agent_id`,
  `insert into agent_owner select m.id, w.person_id from made_agent m, one o join agent_owner w on w.agent_id = o.agent_id`,
  `insert into agent_identity (id, agent_id, trust_domain, workload)
     select 'N-BENCH' || lpad(m.n::text, 6, '0'), m.id, i.trust_domain, 'agent/' || m.slug
     from made_agent m, one o join agent_identity i on i.agent_id = o.agent_id`,
  `insert into request
     select (jsonb_populate_record(r, jsonb_build_object('id', m.request_id, 'agent_id', m.agent_id))).*
     from made m, one o join request r on r.id = o.request_id`,
  `insert into permission_grant select (jsonb_populate_record(g, jsonb_build_object('id', m.grant_id,
     'request_id', m.request_id, 'agent_id', m.agent_id))).* from made m, one o join permission_grant g on g.id = o.grant_id`,
  `insert into grant_scope select (jsonb_populate_record(s, jsonb_build_object('grant_id', m.grant_id))).*
     from made m, one o join grant_scope s on s.grant_id = o.grant_id`,
  `insert into grant_status (grant_id, list, idx) select m.grant_id, 'BENCH', m.n from made m`,
]

const counted = `select (select count(*)::int from permission_grant where state = 'live') as grants,
  (select count(*)::int from agent) as agents`

/** Adds live grants and agents in bulk, and returns one grant of each agent. */
export async function addGrants(like: AgentId, { grants, agents }: Crowd): Promise<Granted[]> {
  const client = await pool().connect()
  try {
    for (const sql of COPY)
      await client.query(
        sql
          .replace("$AGENT'", `${like}'`)
          .replaceAll('$AGENTS', String(agents))
          .replaceAll('$GRANTS', String(grants)),
      )
    await client.query('vacuum analyze')
    const { rows } = await client.query<Crowd>(counted)
    if ((rows[0]?.grants ?? 0) < grants || (rows[0]?.agents ?? 0) < agents)
      throw new Error(`Too few were added: ${JSON.stringify(rows[0])}.`)
    const made = await client.query<{ grant_id: string; request_id: string; slug: string }>(
      'select m.grant_id, m.request_id, a.slug from made m join made_agent a on a.n = m.n order by m.n',
    )
    return made.rows.map(({ grant_id, request_id, slug }) => ({
      ...{ grantId: GrantId.parse(grant_id), requestId: request_id, agent: slug },
    }))
  } finally {
    client.release()
  }
}
