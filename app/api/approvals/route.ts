import { readInbox } from '@/lib/data/inbox'
import { may } from '@/lib/domain/access'
import { RequestId } from '@/lib/domain/ids'
import { INBOX_ROWS, inboxQueryOf } from '@/lib/domain/inbox'
import { watcher } from '@/lib/web/session'

export const dynamic = 'force-dynamic'

const NO_STORE = { 'cache-control': 'no-store' }

/** What "Approvals" shows, for whoever asks, under their own rights; and what became of the rows they still see. */
export async function GET(request: Request): Promise<Response> {
  const watching = await watcher()
  if (!watching) return new Response(null, { status: 401, headers: NO_STORE })
  const { actor, now } = watching
  if (!may(actor, 'approval.see')) return new Response(null, { status: 404, headers: NO_STORE })
  const words = Object.fromEntries(new URL(request.url).searchParams)
  const shown = (words.shown ?? '').split(',').slice(0, 2 * INBOX_ROWS)
  const inbox = await readInbox(actor, {
    now,
    query: inboxQueryOf(words),
    shown: shown.flatMap((text) => RequestId.safeParse(text).data ?? []),
  })
  return Response.json(inbox, { headers: NO_STORE })
}
