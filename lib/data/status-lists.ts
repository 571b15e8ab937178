import { randomInt } from 'node:crypto'
import { z } from 'zod'
import type { GrantId } from '@/lib/domain/ids'
import { STATUS_PLACES, STATUSES, statusListName } from '@/lib/domain/status-list'
import type { RunSql } from './append-events'
import { pool } from './database'
import { prepared } from './prepared'

const CANDIDATES = 16

const INSERT = `insert into grant_status (grant_id, list, idx)
  select $1, $2, c.idx from unnest($3::int[]) as c(idx)
  where not exists (select 1 from grant_status g where g.list = $2 and g.idx = c.idx) limit 1`

/** Gives a grant its random place in the list of its day. In a list that is nearly full it gets none. */
export async function insertGrantStatus(run: RunSql, grantId: GrantId, opened: Date): Promise<void> {
  const places = Array.from({ length: CANDIDATES }, () => randomInt(STATUS_PLACES))
  await run(INSERT, grantId, statusListName(opened), places)
}

const PlaceRow = z.object({ idx: z.number(), status: z.number() })
export type PlacedStatus = z.infer<typeof PlaceRow>

// Derived from the grant each time a list is made: there is no second place where it is said that one is over.
const PLACES = `select s.idx, case when g.state <> 'live' then ${STATUSES.invalid} else ${STATUSES.suspended} end as status
  from grant_status s join permission_grant g on g.id = s.grant_id join agent a on a.id = g.agent_id
  join person p on p.id = g.requester_id
  where s.list = $1 and (g.state <> 'live' or a.suspended is not null or p.disabled is not null
    or exists (select 1 from child_grant k join permission_grant u on u.id = any(k.above)
      join agent b on b.id = u.agent_id where k.grant_id = g.id and b.suspended is not null))`

const KNOWN = 'select exists (select 1 from grant_status where list = $1) as known'

/** Whatever is not valid in a list, or null when no grant was ever put into it. */
export async function findStatuses(list: string): Promise<PlacedStatus[] | null> {
  const [{ rows }, known] = await Promise.all([
    pool().query(prepared(PLACES, [list])),
    pool().query<{ known: boolean }>(prepared(KNOWN, [list])),
  ])
  return known.rows[0]?.known ? PlaceRow.array().parse(rows) : null
}

/** The lists that a credential in use may point to, newest first. */
export async function listStatusLists(): Promise<string[]> {
  const { rows } = await pool().query<{ list: string }>(
    `select distinct s.list from grant_status s join permission_grant g on g.id = s.grant_id
      where g.expires > clock_timestamp() - interval '1 hour' order by s.list desc`,
  )
  return rows.map(({ list }) => list)
}
