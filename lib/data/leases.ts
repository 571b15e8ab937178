import { randomUUID } from 'node:crypto'
import { pool } from './database'

/**
 * Takes or keeps a lease: work that one process at a time may do, on any replica and on both databases. Returns its
 * fencing number, or null while another holder's time runs. The database clock decides.
 */
export async function takeLease(name: string, holder: string, seconds: number): Promise<number | null> {
  const { rows } = await pool().query<{ fence: string }>(
    `insert into lease (name, holder, fence, until)
     values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3))
     on conflict (name) do update set holder = $2, until = clock_timestamp() + make_interval(secs => $3),
       fence = lease.fence + (case when lease.holder = $2 then 0 else 1 end)
     where lease.holder = $2 or lease.until < clock_timestamp()
     returning fence::text`,
    [name, holder, seconds],
  )
  return rows[0] ? Number(rows[0].fence) : null
}

/** Whether it is time for work that is done once in so many seconds, by whoever asks first. */
export const isDueOnceIn = async (name: string, seconds: number): Promise<boolean> =>
  (await takeLease(name, randomUUID(), seconds)) !== null
