import { pool } from '@/lib/data/database'
import { type Line, ms, quantile, timed } from './figures'
import { fetchPage } from './pages'

const GRANTS = 10_000
const ROUNDS = 30
const GOAL_MS = 150
/** What "Live grants" shows at once. */
const PAGE = 50

// Copies of one countersigned request and its grant, as if everything before had happened. One statement a table.
const COPY = [
  `create temporary table copied as
     select 'R-BENCH' || lpad(n::text, 8, '0') as request_id, 'G-BENCH' || lpad(n::text, 8, '0') as grant_id,
       n, r.id as of_request, g.id as of_grant
     from generate_series(1, $COUNT) n,
       (select * from request where state = 'granted' order by filed desc limit 1) r
       join permission_grant g on g.request_id = r.id`,
  `insert into request select (jsonb_populate_record(r, jsonb_build_object('id', c.request_id))).*
     from copied c join request r on r.id = c.of_request`,
  `insert into permission_grant
     select (jsonb_populate_record(g, jsonb_build_object('id', c.grant_id, 'request_id', c.request_id, 'state', 'live',
       'opened', now() - c.n * interval '10 ms', 'expires', now() + interval '1 hour', 'ended', null,
       'ended_by', null, 'end_reason', null, 'expiry_noted', false))).*
     from copied c join permission_grant g on g.id = c.of_grant`,
  `insert into grant_scope select (jsonb_populate_record(s, jsonb_build_object('grant_id', c.grant_id))).*
     from copied c join grant_scope s on s.grant_id = c.of_grant`,
  `insert into request_scope select (jsonb_populate_record(s, jsonb_build_object('request_id', c.request_id))).*
     from copied c join request_scope s on s.request_id = c.of_request`,
]

async function addGrants(): Promise<void> {
  const client = await pool().connect()
  try {
    for (const sql of COPY) await client.query(sql.replace('$COUNT', String(GRANTS)))
    await client.query('analyze')
  } finally {
    client.release()
  }
}

/** Ten thousand live grants: the page shows some and says how many there are. */
export async function measureManyGrants(consoleUrl: string, cookie: string): Promise<Line[]> {
  const url = `${consoleUrl}/grants`
  const before = await fetchPage(url, cookie)
  await addGrants()
  const { status, body } = await fetchPage(url, cookie)
  if (status !== 200) throw new Error(`/grants answered ${status}.`)
  const [list] = [await fetchPage(`${consoleUrl}/api/grants`, cookie)]
  const { rows, counts, next } = JSON.parse(list.body.toString())
  if (counts.all < GRANTS || rows.length !== PAGE || !next)
    throw new Error(`The list of ${counts.all} grants holds ${rows.length}.`)
  await timed(5, () => fetchPage(url, cookie))
  const took = await timed(ROUNDS, () => fetchPage(url, cookie))
  const wire = (await fetchPage(url, cookie, 'gzip')).wire
  const p95 = quantile(took, 0.95)
  return [
    {
      what: `page /grants, ${GRANTS.toLocaleString('en')} live, p50 / p95`,
      figure: `${ms(quantile(took, 0.5))} / ${ms(p95)}`,
      goal: `p95 ≤ ${GOAL_MS} ms`,
      holds: p95 <= GOAL_MS,
    },
    {
      what: '… what the page weighs, plain / compressed',
      figure: `${(body.length / 1000).toFixed(0)} kB / ${(wire / 1000).toFixed(0)} kB`,
      ratio: `${(body.length / before.body.length).toFixed(1)} × before; ${rows.length} rows of ${counts.all} in a page`,
    },
  ]
}
