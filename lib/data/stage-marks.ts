import { RequestId } from '@/lib/domain/ids'
import { expectOne, type Tx } from './commit'
import { database } from './database'

/** A waiting request with a moment of its stages that people have not been told of. */
export type Marked = { requestId: RequestId; nextMark: Date }

/** The requests whose next moment has come. */
export async function listMarked(now: Date, take = 100): Promise<Marked[]> {
  const rows = await database().request.findMany({
    where: { state: 'awaiting', answerBy: { gt: now }, nextMark: { lte: now } },
    select: { id: true, nextMark: true },
    orderBy: { nextMark: 'asc' },
    take,
  })
  return rows.flatMap(({ id, nextMark }) => (nextMark ? [{ requestId: RequestId.parse(id), nextMark }] : []))
}

/** Over the moment and the revision that were read: each is written down once, whoever finds it. */
export async function passMark(
  tx: Tx,
  { requestId, nextMark }: Marked,
  { rev, next }: { rev: number; next: Date | null },
): Promise<void> {
  expectOne(
    await tx.request.updateMany({
      where: { id: requestId, rev, nextMark, state: 'awaiting' },
      data: { nextMark: next },
    }),
  )
}
