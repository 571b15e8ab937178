import { listLiveGrants } from '@/lib/data/live-grants'
import { may } from '@/lib/domain/access'
import { liveFilterOf } from '@/lib/domain/live-grant'
import { watcher } from '@/lib/web/session'

export const dynamic = 'force-dynamic'

const NO_STORE = { 'cache-control': 'no-store' }

/** What "Live grants" shows, for whoever asks, under their own rights. */
export async function GET(request: Request): Promise<Response> {
  const watching = await watcher()
  if (!watching) return new Response(null, { status: 401, headers: NO_STORE })
  const { actor, now } = watching
  if (!may(actor, 'grant.see_own')) return new Response(null, { status: 404, headers: NO_STORE })
  const { searchParams } = new URL(request.url)
  const filter = liveFilterOf(searchParams.get('show'))
  const grants = await listLiveGrants(actor, {
    now,
    filter,
    before: searchParams.get('before'),
  })
  return Response.json(grants, { headers: NO_STORE })
}
