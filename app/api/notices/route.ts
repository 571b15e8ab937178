import { listNotices } from '@/lib/data/notices'
import { may } from '@/lib/domain/access'
import { watcher } from '@/lib/web/session'

export const dynamic = 'force-dynamic'

const NO_STORE = { 'cache-control': 'no-store' }

/** What the bell shows: the own notices of whoever asks, and nobody else's. */
export async function GET(): Promise<Response> {
  const watching = await watcher()
  if (!watching) return new Response(null, { status: 401, headers: NO_STORE })
  const { actor } = watching
  if (!may(actor, 'notice.see_own')) return new Response(null, { status: 404, headers: NO_STORE })
  return Response.json(await listNotices(actor.personId), { headers: NO_STORE })
}
