import { pool } from '@/lib/data/database'

type Backlog = {
  /** A request that needed a signature and a granted one, of which all others are copies. */
  waiting: string
  granted: string
  requests: number
  agents: number
  /** What each of the agents was given before. */
  grantsEach: number
}

const RECORD = (row: string, changes: string) =>
  `(jsonb_populate_record(${row}, jsonb_build_object(${changes}))).*`

// One statement a table. Sensitivity, age and agent go round, so that order has something to order.
const STATEMENTS = [
  `insert into agent select ${RECORD('a', `'id', 'A-BACK' || lpad(n::text, 6, '0'), 'slug', 'backlog-' || n`)}
   from agent a join request r on r.agent_id = a.id, generate_series(0, $AGENTS - 1) n where r.id = '$WAITING'`,
  `insert into agent_identity select ${RECORD('i', `'id', 'N-BACK' || lpad(n::text, 6, '0'), 'workload', 'backlog/' || n, 'agent_id', 'A-BACK' || lpad(n::text, 6, '0')`)}
   from agent_identity i join request r on r.agent_id = i.agent_id, generate_series(0, $AGENTS - 1) n where r.id = '$WAITING'`,
  `insert into request select ${RECORD(
    'r',
    `'id', 'R-BACK' || lpad(n::text, 8, '0'), 'agent_id', 'A-BACK' || lpad((n % $AGENTS)::text, 6, '0'),
     'submission', null, 'filed', now() - n * interval '7 seconds', 'answer_by', now() + interval '20 hours', 'wait_ends', now() + interval '20 hours',
     'next_mark', null, 'state', 'awaiting', 'decided', null, 'sensitivity', 1 + n % 3`,
  )}
   from request r, generate_series(0, $REQUESTS - 1) n where r.id = '$WAITING'`,
  `insert into request_scope select ${RECORD('s', `'request_id', 'R-BACK' || lpad(n::text, 8, '0'), 'sensitivity', 1 + n % 3`)}
   from request_scope s, generate_series(0, $REQUESTS - 1) n where s.request_id = '$WAITING'`,
  `insert into request select ${RECORD('r', `'id', 'R-GONE' || lpad(n::text, 8, '0'), 'agent_id', 'A-BACK' || lpad((n % $AGENTS)::text, 6, '0'), 'submission', null`)}
   from request r, generate_series(0, $AGENTS * $GRANTS - 1) n where r.id = '$GRANTED'`,
  `insert into permission_grant select ${RECORD('g', `'id', 'G-BACK' || lpad(n::text, 8, '0'), 'request_id', 'R-GONE' || lpad(n::text, 8, '0'), 'agent_id', 'A-BACK' || lpad((n % $AGENTS)::text, 6, '0')`)}
   from permission_grant g, generate_series(0, $AGENTS * $GRANTS - 1) n where g.request_id = '$GRANTED'`,
  `insert into grant_scope select ${RECORD('s', `'grant_id', 'G-BACK' || lpad(n::text, 8, '0')`)}
   from grant_scope s join permission_grant g on g.id = s.grant_id, generate_series(0, $AGENTS * $GRANTS - 1) n
   where g.request_id = '$GRANTED'`,
  'analyze',
]

/** Thousands of waiting requests of many agents with a past, as if everything before had happened. */
export async function addBacklog(backlog: Backlog): Promise<void> {
  for (const statement of STATEMENTS)
    await pool().query(
      statement
        .replaceAll('$WAITING', backlog.waiting)
        .replaceAll('$GRANTED', backlog.granted)
        .replaceAll('$REQUESTS', String(backlog.requests))
        .replaceAll('$AGENTS', String(backlog.agents))
        .replaceAll('$GRANTS', String(backlog.grantsEach)),
    )
}
