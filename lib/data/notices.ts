import { z } from 'zod'
import { type PersonId, RequestId } from '@/lib/domain/ids'
import type { Notices } from '@/lib/domain/notice'
import { NoticeKindName } from '@/lib/domain/notice-kind'
import { pool } from './database'

// How many a bell shows, and how far it counts.
const MOST_NOTICES = 20
const MOST_COUNTED = 100

const NOTICES = `select
    (select coalesce(json_agg(json_build_object('leaf', n.leaf, 'kind', n.kind, 'says', n.says, 'requestId', n.request_id,
       'at', n.at, 'isRead', n.read is not null) order by n.leaf desc), '[]')
     from (select * from notice where person_id = $1 order by leaf desc limit $3) n) as rows,
    (select count(*)::int from (select 1 from notice where person_id = $1 and read is null limit $2) n) as unread,
    (select c.next_leaf >= h.next_leaf from trail_cursor c, trail_head h where c.name = 'notices' and h.id = 1)
      as "isCaughtUp",
    clock_timestamp() as now`

const milliseconds = z.coerce.date().transform((at) => at.getTime())

const Read = z.object({
  rows: z.array(
    z.object({
      leaf: z.number(),
      kind: NoticeKindName,
      says: z.string(),
      requestId: RequestId.nullable(),
      at: milliseconds,
      isRead: z.boolean(),
    }),
  ),
  unread: z.int(),
  isCaughtUp: z.boolean(),
  now: milliseconds,
}) satisfies z.ZodType<Notices>

/** One person's own notices, newest first. */
export async function listNotices(personId: PersonId): Promise<Notices> {
  const { rows } = await pool().query(NOTICES, [personId, MOST_COUNTED, MOST_NOTICES])
  return Read.parse(rows[0])
}
