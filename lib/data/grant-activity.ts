import { pool } from './database'

type SeenRow = {
  id: string
  at: Date
  type: string
  outcome: string
  server: string | null
  scope: string | null
}

// One probe of the index a grant: the newest of its events that an agent or a resource server caused.
const LAST_SEEN = `select g.id, e.at, e.type, e.outcome, coalesce(s.name, e.data->>'serverName') as server,
    coalesce(c.scope, e.data->'scopes'->0->>'action') as scope
  from unnest($1::text[]) as g(id)
  cross join lateral (
    select at, type, outcome, credential_id,
      case type when 'decision.asked' then entry::json->'data' end as data from trail_event
    where grant_id = g.id and type in
      ('credential.issued', 'credential.asked', 'credential.refused', 'decision.asked')
    order by leaf desc limit 1) e
  left join credential c on c.id = e.credential_id
  left join resource_server s on s.id = c.server_id`

/** "secret:read at Vault", "Refused at Vault", "Refused". */
function saysOf({ outcome, server, scope }: SeenRow): string {
  const at = server ? ` at ${server}` : ''
  return outcome === 'refused' || !scope ? `Refused${at}` : `${scope.split(' ').join(', ')}${at}`
}

/** When each of these grants was last used or tried, and what for. */
export async function lastSeenOf(
  grantIds: readonly string[],
): Promise<Map<string, { at: number; says: string }>> {
  const { rows } = await pool().query<SeenRow>(LAST_SEEN, [grantIds])
  return new Map(rows.map((row) => [row.id, { at: row.at.getTime(), says: saysOf(row) }]))
}

const LAST_TOKENS = `select grant_id, server_id, max(expires) as ends from credential
  where grant_id = any($1) and revoked is null group by grant_id, server_id`

/** When the last token of a grant for each resource server ends, by `grant server`. */
export async function lastTokensOf(grantIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool().query<{ grant_id: string; server_id: string; ends: Date }>(LAST_TOKENS, [
    grantIds,
  ])
  return new Map(rows.map(({ grant_id, server_id, ends }) => [`${grant_id} ${server_id}`, ends.getTime()]))
}
