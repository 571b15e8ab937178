import { z } from 'zod'
import type { AgentStep } from '@/lib/domain/agent-chain'
import { AgentId, GrantId } from '@/lib/domain/ids'
import { pool } from './database'

const STEP = `json_build_object('id', b.id, 'slug', b.slug) order by up.nth desc`

// Grants keep those above them from the nearest on: told from the furthest on.
const ABOVE = `select k.grant_id as "grantId", json_agg(${STEP}) as steps
  from child_grant k cross join unnest(k.above) with ordinality as up(id, nth)
  join permission_grant u on u.id = up.id join agent b on b.id = u.agent_id
  where k.grant_id = any($1::text[]) group by k.grant_id`

// From the grant itself down: those between, which end with it, and the agent of the live grant below.
const BELOW = `select m.id as "grantId", json_agg(${STEP}) as steps
  from unnest($1::text[]) as m(id)
  join child_grant k on k.root_id = coalesce((select root_id from child_grant where grant_id = m.id), m.id)
    and m.id = any(k.above)
  join permission_grant c on c.id = k.grant_id and c.state = 'live' and c.expires > $2::timestamptz
  cross join unnest(array[c.id] || k.above) with ordinality as up(id, nth)
  join permission_grant u on u.id = up.id join agent b on b.id = u.agent_id
  where up.nth <= array_position(k.above, m.id)
  group by m.id, c.id`

const Rows = z.array(
  z.object({ grantId: GrantId, steps: z.array(z.object({ id: AgentId, slug: z.string() })) }),
)

type Steps = { above: readonly AgentStep[]; below: readonly (readonly AgentStep[])[] }

/** The agents above each of these grants, the furthest first, and down each live grant below it. */
export async function listChains(
  grantIds: readonly GrantId[],
  now: Date,
): Promise<(grantId: GrantId) => Steps> {
  const [up, down] = await Promise.all([
    pool().query(ABOVE, [grantIds]),
    pool().query(BELOW, [grantIds, now]),
  ])
  const [above, below] = [Rows.parse(up.rows), Rows.parse(down.rows)]
  return (grantId) => ({
    above: above.find((row) => row.grantId === grantId)?.steps ?? [],
    below: below.filter((row) => row.grantId === grantId).map(({ steps }) => steps),
  })
}
