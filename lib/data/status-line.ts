import { z } from 'zod'
import { pool } from './database'

const READ = `select (select next_leaf::int8::text from trail_head where id = 1) as head,
  (select s.serial from policy_in_force f join policy_set s on s.version = f.version where f.id = 1) as serial`

const Row = z.object({ head: z.coerce.number(), serial: z.number().nullable() })

/** What the line at the bottom of every page says: how long the trail is, and the number of the policy set in force. */
export async function readStatusLine(): Promise<{ trailHead: number; serial: number | null }> {
  const { rows } = await pool().query(READ)
  const { head, serial } = Row.parse(rows[0])
  return { trailHead: head, serial }
}
