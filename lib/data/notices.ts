import { z } from 'zod'
import { type PersonId, RequestId } from '@/lib/domain/ids'
import type { NoticeRow, Notices } from '@/lib/domain/notice'
import { NoticeKindName } from '@/lib/domain/notice-kind'
import { database, pool } from './database'

// How many a bell shows, and how far it counts.
const MOST_NOTICES = 20
const MOST_COUNTED = 100

const Counts = z.object({ unread: z.number().int(), is_caught_up: z.boolean(), now: z.date() })

/** One person's own notices, newest first. */
export async function listNotices(personId: PersonId): Promise<Notices> {
  const [rows, counts] = await Promise.all([
    database().notice.findMany({ where: { personId }, orderBy: { leaf: 'desc' }, take: MOST_NOTICES }),
    pool().query(
      `select (select count(*)::int from (select 1 from notice where person_id = $1 and read is null limit $2) n)
           as unread,
         (select c.next_leaf >= h.next_leaf from trail_cursor c, trail_head h where c.name = 'notices' and h.id = 1)
           as is_caught_up,
         clock_timestamp() as now`,
      [personId, MOST_COUNTED],
    ),
  ])
  const { unread, is_caught_up, now } = Counts.parse(counts.rows[0])
  const noticeOf = ({ leaf, kind, says, requestId, at, read }: (typeof rows)[number]): NoticeRow => ({
    leaf: Number(leaf),
    kind: NoticeKindName.parse(kind),
    says,
    requestId: requestId === null ? null : RequestId.parse(requestId),
    at: at.getTime(),
    isRead: read !== null,
  })
  return { rows: rows.map(noticeOf), unread, isCaughtUp: is_caught_up, now: now.getTime() }
}
