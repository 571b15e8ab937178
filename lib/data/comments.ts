import type { CommentRecord } from '@/lib/domain/comment'
import { MOST_COMMENTS, MOST_OF_ONE_PERSON } from '@/lib/domain/comment'
import { CommentId, PersonId, RequestId, TenantId } from '@/lib/domain/ids'
import { ChangedMeanwhile, runIn, type Tx } from './commit'
import { database } from './database'
import { listPersonNames } from './people'

/** The comments on a request, oldest first, with who wrote them. */
export async function listComments(
  requestId: RequestId,
): Promise<(CommentRecord & { personName: string })[]> {
  const rows = await database().requestComment.findMany({
    where: { requestId },
    orderBy: [{ written: 'asc' }, { id: 'asc' }],
    take: MOST_COMMENTS,
  })
  const names = await listPersonNames(rows.map(({ personId }) => personId))
  return rows.map((row) => ({
    id: CommentId.parse(row.id),
    requestId: RequestId.parse(row.requestId),
    tenantId: TenantId.parse(row.tenantId),
    personId: PersonId.parse(row.personId),
    personName: names.get(row.personId) ?? row.personId,
    text: row.text,
    written: row.written,
  }))
}

/** Adds a comment while its request is held still: their number is counted under the lock. */
export async function insertComment(tx: Tx, comment: CommentRecord): Promise<void> {
  const { requestId, personId } = comment
  await runIn(tx)('select id from request where id = $1 for no key update', requestId)
  const all = await tx.requestComment.count({ where: { requestId } })
  const own = await tx.requestComment.count({ where: { requestId, personId } })
  if (all >= MOST_COMMENTS || own >= MOST_OF_ONE_PERSON) throw new ChangedMeanwhile('comments_full')
  await tx.requestComment.create({ data: comment })
}
