type Ask = (sql: string, values: unknown[]) => Promise<unknown>

/** Makes everything one request knows of time so many minutes older, and every seat too. */
export async function letPassBy(ask: Ask, requestId: string, minutes: number): Promise<void> {
  const by = `${minutes} minutes`
  await ask(
    `update request set filed = filed - $2::interval, answer_by = answer_by - $2::interval,
       wait_ends = wait_ends - $2::interval, next_mark = next_mark - $2::interval,
       cools_until = cools_until - $2::interval, decided = decided - $2::interval,
       stages = coalesce((select jsonb_agg(case when stage ? 'opened' then jsonb_set(stage, '{opened}',
         to_jsonb(to_char(((stage ->> 'opened')::timestamptz - $2::interval) at time zone 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) else stage end order by place)
         from jsonb_array_elements(stages) with ordinality as t (stage, place)), '[]')
     where id = $1`,
    [requestId, by],
  )
  await ask('update approval set signed = signed - $2::interval where request_id = $1', [requestId, by])
  await ask('update group_member set added = added - $1::interval', [by])
}
