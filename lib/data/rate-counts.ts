import { z } from 'zod'
import { seededNow } from './clock'
import { ChangedMeanwhile, type Tx } from './commit'
import { pool } from './database'

/** Points used up of the limit with this key, which starts anew `seconds` after its first point. */
export type Spending = { key: string; points: number; seconds: number }

const Row = z.object({ key: z.string(), points: z.number(), msLeft: z.coerce.number() })
/** What all replicas together have used up, and how long that counts. */
export type Spent = z.infer<typeof Row>

const MS_LEFT = `extract(epoch from r.expires - clock_timestamp()) * 1000 as "msLeft"`

// Keys in order: two replicas that add to the same ones never wait for each other.
const ADD = `insert into rate_count as r (key, points, expires)
  select u.key, u.points, clock_timestamp() + make_interval(secs => u.seconds)
  from unnest($1::text[], $2::int[], $3::int[]) as u(key, points, seconds) order by u.key
  on conflict (key) do update set
    points = case when r.expires <= clock_timestamp() then excluded.points else r.points + excluded.points end,
    expires = case when r.expires <= clock_timestamp() then excluded.expires else r.expires end
  returning r.key, r.points, ${MS_LEFT}`

const columns = (spendings: readonly Spending[]) => [
  spendings.map(({ key }) => key),
  spendings.map(({ points }) => points),
  spendings.map(({ seconds }) => seconds),
]

/** Adds what was spent and answers what all replicas spent, in one statement. The database clock counts. */
export async function addToRates(spendings: readonly Spending[]): Promise<Spent[]> {
  const { rows } = await pool().query(ADD, columns(spendings))
  return Row.array().parse(rows)
}

/** Ends what is counted under a key: its next point begins anew. */
export async function endRate(key: string): Promise<void> {
  await pool().query('delete from rate_count where key = $1', [key])
}

/** At most so many, of each of these, in so many seconds. 0 is no limit. */
export type Quota = { keys: readonly string[]; most: number; seconds: number }

/** What is used up now. Keys that nothing counts for are left out. */
export async function findSpent(keys: readonly string[]): Promise<Spent[]> {
  const { rows } = await pool().query(
    `select r.key, r.points, ${MS_LEFT} from rate_count r
     where r.key = any($1) and r.expires > clock_timestamp()`,
    [keys],
  )
  return Row.array().parse(rows)
}

/**
 * Takes one from each quota inside the transaction of what it is taken for. The row is held until the commit, so
 * two at once cannot both take the last one: the second throws, and nothing of it happened. A seeded past is free.
 */
export async function takeFromQuotas(tx: Tx, { keys, most, seconds }: Quota): Promise<void> {
  if (most === 0 || seededNow() !== null) return
  const taken = keys.map((key) => ({ key, points: 1, seconds }))
  const spent = Row.array().parse(await tx.run(ADD, ...columns(taken)))
  if (spent.some(({ points }) => points > most)) throw new ChangedMeanwhile('quota_reached')
}
