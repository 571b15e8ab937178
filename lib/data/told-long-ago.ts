import type { Tx } from './commit'

const NOTICES = `delete from notice where (leaf, person_id) in
  (select leaf, person_id from notice where at < $1::timestamptz limit $2)`
const DELIVERIES =
  'delete from delivery where id in (select id from delivery where made < $1::timestamptz limit $2)'

/** Deletes some of what people were told before this time, and of what was sent or could not be. The trail keeps all. */
export async function forgetSomeTold(
  tx: Tx,
  before: { notices: Date; deliveries: Date },
  most: number,
): Promise<number> {
  const run = (sql: string, at: Date) => tx.$executeRawUnsafe(sql, at, most)
  return (await run(NOTICES, before.notices)) + (await run(DELIVERIES, before.deliveries))
}
