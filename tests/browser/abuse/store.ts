import pg from 'pg'

/** Asks the product's own database, beside the product. Another product is named by its database. */
export async function query<T extends pg.QueryResultRow>(
  sql: string,
  values: unknown[] = [],
  connectionString = process.env.BROWSER_DATABASE_URL ?? '',
): Promise<T[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<T>(sql, values)).rows
  } finally {
    await client.end()
  }
}

// The authority's sweeper and the follower that tells people work meanwhile: what they write is not what anybody asked
// for. Neither is the idle end of
// a sign-in, which moves with use.
const NOT_STATE = [
  ...['lease', 'used_once', 'workload_pin', 'agent_answer', 'rate_count'],
  ...['trail_head', 'trail_event', 'trail_text', 'trail_cursor', 'notice', 'delivery'],
]
const ACTED = `(e.entry::jsonb -> 'by' ->> 'via') <> 'sweeper'`

/** The sweeper takes away what ran out minutes ago, whenever that was: meanwhile it does not. */
const HOLD_SWEEPER = `insert into lease (name, holder, fence, until)
  values ('sweeper', 'who compares states', 1, clock_timestamp() + interval '15 minutes')
  on conflict (name) do update set holder = excluded.holder, fence = lease.fence + 1, until = excluded.until`

/** It sweeps again. For after the tests of a file that reads the state. */
export const letSweep = () =>
  query(`delete from lease where name = 'sweeper' and holder = 'who compares states'`)

export type State = { tables: Record<string, string>; entries: number; refusals: number }

/** What is stored: a hash by table, how many entries the trail has, and how many of them are refused attempts. */
export async function readState(): Promise<State> {
  await query(HOLD_SWEEPER)
  const names = await query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> all($1) order by 1`,
    [NOT_STATE],
  )
  const hashes = names.map(
    ({ name }) => `select '${name}' as name, (select md5(string_agg(row, '' order by row)) from
      (select (to_jsonb(t) - 'lapse_noted' - 'next_mark' - 'expiry_noted' - 'idle_ends')::text as row from "${name}" t) rows) as hash`,
  )
  const tables = await query<{ name: string; hash: string | null }>(hashes.join(' union all '))
  const [trail] = await query<{ entries: number; refusals: number }>(
    `select count(*)::int as entries, (count(*) filter (where type in ('act.refused', 'approval.refused')))::int as refusals
     from trail_event e where ${ACTED}`,
  )
  return {
    tables: Object.fromEntries(tables.map(({ name, hash }) => [name, hash ?? ''])),
    entries: trail?.entries ?? 0,
    refusals: trail?.refusals ?? 0,
  }
}

export const BREAK_TRAIL = `
  create function no_more() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
  create trigger no_more before insert on trail_event for each row execute function no_more();`
export const MEND_TRAIL = 'drop trigger if exists no_more on trail_event; drop function if exists no_more();'
