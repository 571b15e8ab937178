import type { PersonId, TenantId } from '@/lib/domain/ids'
import type { NotedEvent, Told } from '@/lib/domain/notice'
import { ChangedMeanwhile, type Tx } from './commit'

/**
 * Moves a cursor over the leaf that was read. Whoever lost the lease to a later holder moves nothing, and neither does
 * one of two who read the same.
 */
export async function moveCursor(
  tx: Tx,
  { name, from, to, fence }: { name: string; from: number; to: number; fence: number },
): Promise<void> {
  const { count } = await tx.trailCursor.updateMany({
    where: { name, nextLeaf: from, fence: { lte: fence } },
    data: { nextLeaf: to, fence },
  })
  if (count !== 1) throw new ChangedMeanwhile()
}

export type NewNotice = Pick<NotedEvent, 'leaf' | 'at'> &
  Pick<Told, 'kind' | 'says' | 'requestId'> & { tenantId: TenantId; personId: PersonId }

export async function insertNotices(tx: Tx, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length > 0) await tx.notice.createMany({ data: [...notices] })
}

/** Marks one person's own notices as read, of those they were shown. */
export async function markRead(
  tx: Tx,
  { personId, from, upTo, now }: { personId: PersonId; from: number; upTo: number; now: Date },
): Promise<void> {
  await tx.notice.updateMany({
    where: { personId, leaf: { gte: from, lte: upTo }, read: null },
    data: { read: now },
  })
}
