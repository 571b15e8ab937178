import { liveStream } from '@/lib/web/live-stream'
import { watcher } from '@/lib/web/session'

export const dynamic = 'force-dynamic'

export async function GET(request: Request): Promise<Response> {
  const watching = await watcher()
  if (!watching) return new Response(null, { status: 401 })
  const { actor } = watching
  return new Response(liveStream(actor.signInId, request.signal), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
