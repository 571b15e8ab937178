import type { RequestId } from '@/lib/domain/ids'
import type { Inbox, InboxRow } from '@/lib/domain/inbox'
import type { Meanwhile } from '@/lib/domain/meanwhile'

/** A row on the page, and what became of it when it is no longer to be decided. */
export type LaidRow = { row: InboxRow; gone: (Meanwhile & { seen: number }) | null }

/** How long a row that is over stays when nobody is at the list. */
export const STAYS_MS = 10_000

const UNTOLD = { what: 'changed', by: null, isMe: false, at: null } as const satisfies Meanwhile

/**
 * The newer of what was asked for and what came with the page. The page knows nothing of the rows that are shown, so
 * what became of them is always told by the answer that was asked with them.
 */
export const newerOf = (asked: Inbox, ofPage: Inbox): Inbox =>
  asked.now >= ofPage.now ? asked : { ...ofPage, gone: asked.gone }

function laidAgain(laid: LaidRow, fresh: Inbox): LaidRow {
  const row = fresh.rows.find(({ id }) => id === laid.row.id)
  if (row) return { row, gone: null }
  if (laid.gone && laid.gone.what !== 'changed') return laid
  const told = fresh.gone.find(({ id }) => id === laid.row.id)
  return { row: laid.row, gone: { ...(told?.meanwhile ?? UNTOLD), seen: laid.gone?.seen ?? fresh.now } }
}

/**
 * Lays what has come over what is shown. While somebody is at the list every row keeps its place and new ones wait.
 * Otherwise the list is as the server has it, and rows that are over stay where they were for a moment.
 */
export function layOut(shown: readonly LaidRow[], fresh: Inbox, isHeld: boolean): LaidRow[] {
  const again = shown.map((laid) => laidAgain(laid, fresh))
  if (isHeld) return again
  const rows = fresh.rows.map((row): LaidRow => ({ row, gone: null }))
  for (const [index, laid] of again.entries())
    if (laid.gone && fresh.now - laid.gone.seen < STAYS_MS) rows.splice(Math.min(index, rows.length), 0, laid)
  return rows
}

/** What has come and is not shown yet. */
export const newRows = (shown: readonly LaidRow[], fresh: Inbox): InboxRow[] =>
  fresh.rows.filter(({ id }) => !shown.some(({ row }) => row.id === id))

export const idsOf = (shown: readonly LaidRow[]): RequestId[] => shown.map(({ row }) => row.id)
